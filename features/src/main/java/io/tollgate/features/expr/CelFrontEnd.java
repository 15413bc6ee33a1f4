package io.tollgate.features.expr;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelVarDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** CEL's parser and type checker for one schema. Immutable and thread-safe. */
final class CelFrontEnd {
    /** Longest expression in characters: several screens; a longer one belongs in two features. */
    static final int MAX_LENGTH = 4_000;

    /**
     * Bounds the parser's recursion and the depth of the tree, and with them the stack that a hostile file can take;
     * a sum is as deep as it has terms.
     */
    private static final int MAX_PARSE_DEPTH = 100;

    /** Bounds the size of the tree; a list of 500 elements fits. */
    private static final int MAX_NODES = 1_000;

    private final List<String> names;
    private final CelCompiler compiler;

    CelFrontEnd(Collection<Schema.Variable> variables) {
        names = variables.stream().map(Schema.Variable::name).toList();
        compiler = newCompiler(variables);
    }

    CelAbstractSyntaxTree check(String source) throws ExpressionException {
        if (source.isBlank()) {
            throw new ExpressionException(1, 1, "the expression is empty");
        }
        if (source.length() > MAX_LENGTH) {
            throw new ExpressionException(
                    1,
                    1,
                    "the expression has " + source.length() + " characters, more than " + MAX_LENGTH
                            + "; split it into derived features");
        }
        try {
            return compiler.compile(source).getAst();
        } catch (CelValidationException e) {
            CelIssue first = Collections.min(
                    e.getErrors(), (a, b) -> a.getSourceLocation().compareTo(b.getSourceLocation()));
            throw new ExpressionException(
                    Math.max(1, first.getSourceLocation().getLine()),
                    Math.max(0, first.getSourceLocation().getColumn()) + 1,
                    CheckerMessages.translate(first.getMessage(), names));
        }
    }

    static CelCompiler newCompiler(Collection<Schema.Variable> variables) {
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(CelOptions.current()
                        .enableHeterogeneousNumericComparisons(true) // amount > 100
                        .maxExpressionCodePointSize(MAX_LENGTH)
                        .maxParseRecursionDepth(MAX_PARSE_DEPTH)
                        .maxParseExpressionNodeCount(MAX_NODES)
                        .build())
                .setStandardMacros(List.of())
                .addFunctionDeclarations(mixedOverloads())
                .addFunctionDeclarations(functions());
        for (Schema.Variable variable : variables) {
            builder.addVarDeclarations(CelVarDecl.newVarDeclaration(variable.name(), celType(variable.type())));
        }
        return builder.build();
    }

    private static CelType celType(ValueType type) {
        return switch (type) {
            case NUMBER -> SimpleType.DOUBLE;
            case TEXT -> SimpleType.STRING;
            case FLAG -> SimpleType.BOOL;
        };
    }

    /** What CEL lacks for {@code amount * 2} and {@code flag ? amount : 0} to mean what they say. */
    private static List<CelFunctionDecl> mixedOverloads() {
        List<CelFunctionDecl> declarations = new ArrayList<>();
        mixed(declarations, "_+_", "add", SimpleType.DOUBLE);
        mixed(declarations, "_-_", "subtract", SimpleType.DOUBLE);
        mixed(declarations, "_*_", "multiply", SimpleType.DOUBLE);
        mixed(declarations, "_/_", "divide", SimpleType.DOUBLE);
        mixed(declarations, "_==_", "equals", SimpleType.BOOL);
        mixed(declarations, "_!=_", "not_equals", SimpleType.BOOL);
        declarations.add(CelFunctionDecl.newFunctionDeclaration(
                "_?_:_",
                CelOverloadDecl.newGlobalOverload(
                        "conditional_double_int64",
                        SimpleType.DOUBLE,
                        SimpleType.BOOL,
                        SimpleType.DOUBLE,
                        SimpleType.INT),
                CelOverloadDecl.newGlobalOverload(
                        "conditional_int64_double",
                        SimpleType.DOUBLE,
                        SimpleType.BOOL,
                        SimpleType.INT,
                        SimpleType.DOUBLE)));
        declarations.add(CelFunctionDecl.newFunctionDeclaration(
                "@in",
                CelOverloadDecl.newGlobalOverload(
                        "in_list_double_int64", SimpleType.BOOL, SimpleType.DOUBLE, ListType.create(SimpleType.INT)),
                CelOverloadDecl.newGlobalOverload(
                        "in_list_int64_double", SimpleType.BOOL, SimpleType.INT, ListType.create(SimpleType.DOUBLE))));
        return declarations;
    }

    private static void mixed(List<CelFunctionDecl> declarations, String function, String id, CelType result) {
        declarations.add(CelFunctionDecl.newFunctionDeclaration(
                function,
                CelOverloadDecl.newGlobalOverload(id + "_double_int64", result, SimpleType.DOUBLE, SimpleType.INT),
                CelOverloadDecl.newGlobalOverload(id + "_int64_double", result, SimpleType.INT, SimpleType.DOUBLE)));
    }

    /** Parameters are declared dynamic so that integer literals pass; {@link Call#number} checks them. */
    private static List<CelFunctionDecl> functions() {
        List<CelFunctionDecl> declarations = new ArrayList<>();
        for (Functions.Function function : Functions.ALL) {
            CelType[] parameters = new CelType[function.arity()];
            Arrays.fill(parameters, SimpleType.DYN);
            CelType result = function.isCondition() ? SimpleType.BOOL : SimpleType.DOUBLE;
            declarations.add(CelFunctionDecl.newFunctionDeclaration(
                    function.name(), CelOverloadDecl.newGlobalOverload(function.overloadId(), result, parameters)));
        }
        return declarations;
    }
}
