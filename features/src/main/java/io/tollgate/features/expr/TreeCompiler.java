package io.tollgate.features.expr;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a type-checked tree to closures, bottom up. Calls are told apart by the overload that the checker chose, so
 * that {@code 7 / 2} and {@code 7.0 / 2.0} are different things here as they are in CEL.
 */
final class TreeCompiler {
    private final Schema schema;
    private final CelAbstractSyntaxTree tree;
    private final Set<String> variables = new LinkedHashSet<>();

    TreeCompiler(Schema schema, CelAbstractSyntaxTree tree) {
        this.schema = schema;
        this.tree = tree;
    }

    Operand compile() throws ExpressionException {
        return compile(tree.getExpr());
    }

    /** The variables met by {@link #compile}, in order of first use. */
    Set<String> variables() {
        return Collections.unmodifiableSet(variables);
    }

    private Operand compile(CelExpr node) throws ExpressionException {
        return switch (node.getKind()) {
            case CONSTANT -> constant(node);
            case IDENT -> variable(node);
            case CALL -> call(node);
            case LIST -> list(node);
            default -> throw refusal(node, "only variables, literals, operators and functions can be used here");
        };
    }

    private Operand constant(CelExpr node) throws ExpressionException {
        CelConstant constant = node.constant();
        return switch (constant.getKind()) {
            case DOUBLE_VALUE -> Operand.Real.of(constant.doubleValue());
            case INT64_VALUE -> Operand.Whole.of(constant.int64Value());
            case STRING_VALUE -> Operand.Text.of(constant.stringValue());
            case BOOLEAN_VALUE -> Operand.Flag.of(constant.booleanValue());
            default -> throw refusal(node, "only numbers, texts in quotes, true and false can be literals");
        };
    }

    private Operand variable(CelExpr node) throws ExpressionException {
        String name = node.ident().name();
        Schema.Variable variable = schema.find(name);
        if (variable == null) {
            throw refusal(node, CheckerMessages.unknownName(name, schema.names()));
        }
        variables.add(name);
        return switch (variable.type()) {
            case NUMBER -> Operand.Real.variable(variable.slot());
            case TEXT -> Operand.Text.variable(variable.slot());
            case FLAG -> Operand.Flag.variable(variable.slot());
        };
    }

    private Operand list(CelExpr node) throws ExpressionException {
        List<Operand> items = new ArrayList<>();
        for (CelExpr element : node.list().elements()) {
            items.add(compile(element));
        }
        return new Operand.Elements(items);
    }

    private Operand call(CelExpr node) throws ExpressionException {
        CelExpr.CelCall call = node.call();
        List<Operand> operands = new ArrayList<>();
        if (call.target().isPresent()) {
            operands.add(compile(call.target().get()));
        }
        for (CelExpr argument : call.args()) {
            operands.add(compile(argument));
        }
        Set<@Nullable Translation> translations = new HashSet<>();
        for (String overload : tree.getReferenceOrThrow(node.id()).overloadIds()) {
            translations.add(Overloads.find(overload));
        }
        Translation translation =
                translations.size() == 1 ? translations.iterator().next() : null;
        if (translation == null) {
            throw refusal(
                    node,
                    "'" + CheckerMessages.display(call.function())
                            + "' cannot be used here with these operands; see the list of operators and functions");
        }
        CelSourceLocation location = location(node);
        Operand result = translation.translate(
                new Call(call.function(), operands, location.getLine(), location.getColumn() + 1));
        return operands.stream().allMatch(Operand::constant) ? folded(result) : result;
    }

    private static Operand folded(Operand result) {
        if (result instanceof Operand.Real number) {
            return Operand.Real.of(number.value());
        }
        if (result instanceof Operand.Whole integer) {
            return Operand.Whole.of(integer.code().evaluate(Operand.NOTHING));
        }
        if (result instanceof Operand.Flag flag) {
            return Operand.Flag.of(flag.code().test(Operand.NOTHING));
        }
        if (result instanceof Operand.Text text) {
            return Operand.Text.of(text.value());
        }
        return result;
    }

    private ExpressionException refusal(CelExpr node, String problemAndRemedy) {
        CelSourceLocation location = location(node);
        return new ExpressionException(location.getLine(), location.getColumn() + 1, problemAndRemedy);
    }

    private CelSourceLocation location(CelExpr node) {
        Integer offset = tree.getSource().getPositionsMap().get(node.id());
        return offset == null
                ? CelSourceLocation.of(1, 0)
                : tree.getSource().getOffsetLocation(offset).orElse(CelSourceLocation.of(1, 0));
    }
}
