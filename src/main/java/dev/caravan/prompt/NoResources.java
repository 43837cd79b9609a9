package dev.caravan.prompt;

import java.io.Reader;
import org.apache.velocity.exception.ResourceNotFoundException;
import org.apache.velocity.runtime.resource.Resource;
import org.apache.velocity.runtime.resource.loader.ResourceLoader;
import org.apache.velocity.util.ExtProperties;

/** Loads nothing: templates come from us as text, and none may name another file. */
public final class NoResources extends ResourceLoader {

    @Override
    public void init(ExtProperties configuration) {}

    @Override
    public Reader getResourceReader(String name, String encoding) {
        throw new ResourceNotFoundException("templates cannot load " + name);
    }

    @Override
    public boolean isSourceModified(Resource resource) {
        return false;
    }

    @Override
    public long getLastModified(Resource resource) {
        return 0;
    }
}
