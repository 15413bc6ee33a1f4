package io.tollgate.pipeline.sets;

import io.tollgate.features.FeatureEngine;
import io.tollgate.features.policy.Policies;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.yaml.YamlException;
import io.tollgate.pipeline.command.UsageException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says whether a set can be used. */
@Command(
        name = "validate",
        description = "Read and compile a feature set; tells the line of the first mistake. Touches nothing.")
public final class ValidateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE|NAME", description = "Feature-set file, or the name of a built-in set.")
    private String set = "";

    @Option(names = "--policy", paramLabel = "FILE|NAME", description = "Also check that this policy fits the set.")
    private @Nullable String policy;

    @Override
    public Integer call() {
        FeatureEngine engine = Sets.compile(set);
        FeatureSet found = engine.featureSet();
        System.out.printf(
                "%s is valid: %d features in %d groups, amounts in %s, hash %s%n",
                found.id(), found.features().size(), found.groups().size(), found.baseCurrency(), found.hashText());
        if (policy != null) {
            System.out.printf("policy %s fits it%n", policyFor(found, policy));
        }
        return 0;
    }

    private static String policyFor(FeatureSet set, String policy) {
        try {
            return Policies.find(policy, set).version();
        } catch (YamlException | IllegalArgumentException e) {
            throw new UsageException("policy " + policy + " does not fit " + set.id() + ": " + e.getMessage(), e);
        }
    }
}
