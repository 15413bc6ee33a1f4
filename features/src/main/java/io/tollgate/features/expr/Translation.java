package io.tollgate.features.expr;

/** Compiles a call of one overload. */
@FunctionalInterface
interface Translation {
    Operand translate(Call call) throws ExpressionException;
}
