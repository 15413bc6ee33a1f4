package io.tollgate.pipeline.sets;

import io.tollgate.features.spec.FeatureCatalogue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints the page that says what every feature means. */
@Command(name = "catalogue", description = "Print the catalogue of a feature set as Markdown. Touches nothing.")
public final class CatalogueCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE|NAME", description = "Feature-set file, or the name of a built-in set.")
    private String set = "";

    @Override
    public Integer call() {
        System.out.print(FeatureCatalogue.markdown(Sets.compile(set).featureSet()));
        return 0;
    }
}
