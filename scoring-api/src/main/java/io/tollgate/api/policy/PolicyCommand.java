package io.tollgate.api.policy;

import io.tollgate.features.policy.CompiledPolicy;
import io.tollgate.features.policy.Policies;
import io.tollgate.features.policy.PolicyExamples;
import io.tollgate.features.policy.PolicyExamples.Result;
import io.tollgate.features.policy.PolicyFile;
import io.tollgate.features.policy.Reason;
import io.tollgate.features.policy.ReasonPage;
import io.tollgate.features.spec.FeatureSet;
import io.tollgate.features.spec.FeatureSets;
import io.tollgate.features.yaml.YamlException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code tollgate policy}: checks a policy file before the service does. Exit code 1 when an example is not decided as
 * expected, 2 when a file or an option cannot be used. Touches nothing.
 */
@Command(
        name = "tollgate policy",
        mixinStandardHelpOptions = true,
        description = "Check policy files and try them on example payments. Touches nothing.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {PolicyCommand.Validate.class, PolicyCommand.Test.class, PolicyCommand.Catalogue.class})
public final class PolicyCommand implements Runnable {
    private static final int FAILING = 1;
    private static final int UNUSABLE = 2;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** The options that both commands have. */
    static final class Sources {
        @Option(
                names = "--policy",
                paramLabel = "FILE|NAME",
                description = "Policy file, or the name of the built-in policy (default: ${DEFAULT-VALUE}).",
                defaultValue = "${env:TOLLGATE_POLICY:-default-policy}")
        private String policy = Policies.DEFAULT;

        @Option(
                names = "--feature-set",
                paramLabel = "FILE|NAME",
                description = "Feature set that the policy is for (default: ${DEFAULT-VALUE}).",
                defaultValue = "${env:TOLLGATE_FEATURE_SET:-fraud-v3}")
        private String featureSet = FeatureSets.DEFAULT;
    }

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The commands, which answer a broken file with one line. */
    static CommandLine commandLine() {
        return new CommandLine(new PolicyCommand()).setExecutionExceptionHandler((problem, command, parsed) -> {
            if (problem instanceof YamlException
                    || problem instanceof IllegalArgumentException
                    || problem instanceof UncheckedIOException) {
                command.getErr().println("tollgate: " + problem.getMessage());
                return UNUSABLE;
            }
            throw problem;
        });
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which one? " + String.join(", ", spec.subcommands().keySet()));
    }

    /** Reads and compiles. */
    @Command(
            name = "validate",
            mixinStandardHelpOptions = true,
            description = "Read and compile a policy; tells file and line of the first mistake.")
    static final class Validate implements Callable<Integer> {
        @Mixin
        private Sources files = new Sources();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            FeatureSet set = FeatureSets.find(files.featureSet);
            CompiledPolicy policy = Policies.find(files.policy, set);
            spec.commandLine()
                    .getOut()
                    .printf(
                            "policy %s is valid: %d limits and rules, for %s%n",
                            policy.version(), policy.codes().size(), set.id());
            return 0;
        }
    }

    /** Prints the page of reasons. */
    @Command(
            name = "catalogue",
            mixinStandardHelpOptions = true,
            description = "Print what every reason code of a policy and its feature set means, as Markdown.")
    static final class Catalogue implements Callable<Integer> {
        @Mixin
        private Sources files = new Sources();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            FeatureSet set = FeatureSets.find(files.featureSet);
            spec.commandLine().getOut().print(ReasonPage.markdown(Policies.find(files.policy, set), set));
            spec.commandLine().getOut().flush();
            return 0;
        }
    }

    /** Decides example payments. */
    @Command(
            name = "test",
            mixinStandardHelpOptions = true,
            description = "Decide example payments by a policy and compare with what they expect.")
    static final class Test implements Callable<Integer> {
        @Mixin
        private Sources files = new Sources();

        @Option(
                names = "--examples",
                paramLabel = "FILE",
                description = "Example payments (default: those beside the policy, NAME-examples.yaml for NAME.yaml).")
        private @Nullable String examples;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            FeatureSet set = FeatureSets.find(files.featureSet);
            CompiledPolicy policy = Policies.find(files.policy, set);
            String source = examples != null ? examples : beside(files.policy);
            PolicyExamples payments = Policies.examples(source, set);
            List<Result> results = payments.run(policy);
            results.forEach(result -> print(source, result));
            long failing = results.stream().filter(result -> !result.passed()).count();
            spec.commandLine()
                    .getOut()
                    .printf(
                            "%d examples, %d as expected, %d not: policy %s on %s%n",
                            results.size(), results.size() - failing, failing, policy.version(), set.id());
            return failing == 0 ? 0 : FAILING;
        }

        private static String beside(String policy) {
            Path path = PolicyFile.examplesPath(policy).orElse(null);
            if (path == null) {
                return Policies.DEFAULT;
            }
            if (!Files.isRegularFile(path)) {
                throw new IllegalArgumentException(
                        "no examples beside " + policy + ": write " + path + ", or name a file by --examples");
            }
            return path.toString();
        }

        private void print(String source, Result result) {
            List<String> codes =
                    result.actual().reasons().stream().map(Reason::code).toList();
            String line = result.passed()
                    ? "ok    " + result.name() + ": " + result.actual().decision()
                            + (codes.isEmpty() ? "" : " " + codes)
                    : "FAIL  " + result.name() + " (" + source + ":" + result.line() + "): " + result.problem();
            spec.commandLine().getOut().println(line);
        }
    }
}
