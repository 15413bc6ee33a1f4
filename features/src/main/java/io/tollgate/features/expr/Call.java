package io.tollgate.features.expr;

import java.util.List;

/**
 * A function or operator applied to compiled operands.
 *
 * @param function CEL's name of it
 * @param line position of the call in the source, from 1
 * @param column position of the call in the source, from 1
 */
record Call(String function, List<Operand> operands, int line, int column) {
    ExpressionException refusal(String problemAndRemedy) {
        return new ExpressionException(line, column, problemAndRemedy);
    }

    Operand operand(int index) {
        return operands.get(index);
    }

    /** The operand as a number; an integer is converted if no value of it loses digits. */
    Operand.Real number(int index) throws ExpressionException {
        Operand operand = operands.get(index);
        if (operand instanceof Operand.Real number) {
            return number;
        }
        if (operand instanceof Operand.Whole integer) {
            if (!integer.exactInDouble()) {
                throw refusal("the integer is beyond 2^53 and would lose digits as a number; write it with `.0`");
            }
            return integer.toNumber();
        }
        throw wrongType(index, "a number");
    }

    Operand.Whole integer(int index) throws ExpressionException {
        if (operands.get(index) instanceof Operand.Whole integer) {
            return integer;
        }
        throw wrongType(index, "an integer");
    }

    Operand.Flag flag(int index) throws ExpressionException {
        if (operands.get(index) instanceof Operand.Flag flag) {
            return flag;
        }
        throw wrongType(index, "a flag");
    }

    Operand.Text text(int index) throws ExpressionException {
        if (operands.get(index) instanceof Operand.Text text) {
            return text;
        }
        throw wrongType(index, "a text");
    }

    private ExpressionException wrongType(int index, String wanted) {
        String usage = Functions.usage(function);
        return refusal("operand " + (index + 1) + " of '" + CheckerMessages.display(function) + "' is a "
                + operands.get(index).typeName() + " where " + wanted + " is wanted"
                + (usage.isEmpty() ? "" : "; write " + usage));
    }
}
