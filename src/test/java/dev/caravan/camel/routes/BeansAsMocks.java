package dev.caravan.camel.routes;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.builder.AdviceWithRouteBuilder;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.SetBodyDefinition;

/** Advice that puts a mock in the place of every bean of a route; it is called after the node, and has its id. */
public class BeansAsMocks extends AdviceWithRouteBuilder {
    private static final List<Class<? extends ProcessorDefinition<?>>> BEANS =
            List.of(BeanDefinition.class, ProcessDefinition.class, beanOf(SetBodyDefinition.class));

    private static Class<? extends ProcessorDefinition<?>> beanOf(Class<? extends ExpressionNode> node) {
        return node;
    }

    @Override
    public void configure() throws Exception {
        for (String each : ids()) {
            weaveById(each).replace().to("mock:" + each).id(each);
        }
    }

    private List<String> ids() {
        var ids = new ArrayList<String>();
        for (var kind : BEANS) {
            ProcessorDefinitionHelper.filterTypeInOutputs(getOriginalRoute().getOutputs(), kind)
                    .forEach(each -> ids.add(each.getId()));
        }
        return ids;
    }
}
