package io.tollgate.features.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionsTest {
    private static final Schema SCHEMA = Schema.builder()
            .number("amount")
            .number("card_tx_count_1m")
            .text("mcc")
            .flag("has_score")
            .build();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "amout > 5                       | 1  | unknown name 'amout'; did you mean 'amount'?",
                "amount > 5 && card_tx_count_1 > 3 | 15 | did you mean 'card_tx_count_1m'?",
                "amount + maxx(amount, 1.0)      | 14 | unknown name 'maxx'; did you mean 'max'?",
                "amount + mcc                    | 8  | '+' cannot be applied to (number, text)",
                "amount > 5 && mcc               | 12 | '&&' cannot be applied to (flag, text)",
                "amount && has_score             | 8  | compare the number first",
                "amount + has_score              | 8  | (flag ? 1 : 0)",
                "amount > '5'                    | 8  | a text is written in quotes, a number without",
                "mcc == 5411                     | 5  | a text is written in quotes, a number without",
                "amount >                        | 9  | ",
                "amount > 5)                     | 11 | ",
                "amount                          | 1  | where a condition is wanted",
                "'abc'                           | 1  | where a condition is wanted",
                "amount % 2.0 > 1.0              | 8  | only integers have a remainder",
                "min(amount) > 1                 | 4  | write `min(a, b)",
                "min(amount, mcc) > 1            | 4  | operand 2 of 'min' is a text where a number is wanted",
                "9223372036854775807 + 1 > amount | 21 | can overflow 64 bits",
                "10 / 0 > 1                      | 4  | integer division by zero is possible",
                "10 / (has_score ? 1 : 0) > 1    | 4  | integer division by zero is possible",
                "-9223372036854775808 / -1 > 1   | 22 | can overflow 64 bits",
                "amount > 9007199254740993       | 8  | beyond 2^53",
                "mcc.matches('5.*')              | 12 | 'matches' cannot be used here",
                "size(mcc) > 2                   | 5  | 'size' cannot be used here",
                "mcc < 'a'                       | 5  | '<' cannot be used here",
                "mcc + 'a' == 'ba'               | 5  | '+' cannot be used here",
                "amount > 5u                     | 10 | only numbers, texts in quotes",
                "[amount][0] > 1.0               | 9  | '[ ]' cannot be used here",
                "amount in mcc                   | 8  | 'in' cannot be applied to",
                "{'a': true}['a']                | 1  | only variables, literals, operators and functions",
                "has_score == null               | 11 | ",
                "card.amount > 1                 | 1  | unknown name 'card'",
                "[1, 2].exists(x, x > 1)         | 14 | ",
                "b'abc' == b'abc'                | 1  | only numbers, texts in quotes, true and false",
                "dyn(amount) > 1                 | 4  | 'dyn' cannot be used here",
                "int(amount) > 1                 | 4  | 'int' cannot be used here",
            })
    void compileFlag_refusesWithColumnAndRemedy_whenExpressionIsWrong(String source, int column, String message) {
        ExpressionException refusal =
                catchThrowableOfType(ExpressionException.class, () -> Expressions.compileFlag(SCHEMA, source));

        assertThat(refusal).isNotNull().hasMessageContaining(message == null ? "" : message);
        assertThat(refusal.column()).as(refusal.getMessage()).isEqualTo(column);
        assertThat(refusal.line()).isEqualTo(1);
    }

    @Test
    void compileFlag_reportsLineAndColumn_whenExpressionHasSeveralLines() {
        ExpressionException refusal = catchThrowableOfType(
                ExpressionException.class, () -> Expressions.compileFlag(SCHEMA, "amount > 5\n  && amout < 7"));

        assertThat(refusal).hasMessageStartingWith("line 2, column 6: unknown name 'amout'");
    }

    @Test
    void compileNumber_refuses_whenValueIsFlag() {
        assertThatThrownBy(() -> Expressions.compileNumber(SCHEMA, "amount > 5"))
                .hasMessageContaining("a flag where a number is wanted; write `... ? 1 : 0`");
    }

    @Test
    void compile_refuses_whenExpressionIsTooLong() {
        String source = "amount > 1 || ".repeat(400) + "has_score";

        assertThatThrownBy(() -> Expressions.compileFlag(SCHEMA, source)).hasMessageContaining("more than 4000");
    }

    @Test
    void compile_refuses_whenNestingIsTooDeep() {
        String parentheses = "(".repeat(500) + "has_score" + ")".repeat(500);
        String sum = String.join(" + ", Collections.nCopies(200, "amount"));

        assertThatThrownBy(() -> Expressions.compileFlag(SCHEMA, parentheses)).isInstanceOf(ExpressionException.class);
        assertThatThrownBy(() -> Expressions.compileNumber(SCHEMA, sum)).hasMessageContaining("nested too deeply");
    }

    @Test
    void compile_refuses_whenEmpty() {
        assertThatThrownBy(() -> Expressions.compileFlag(SCHEMA, "  ")).hasMessageContaining("empty");
    }

    @Test
    void variables_areThoseRead_inOrderOfFirstUse() throws Exception {
        assertThat(Expressions.compileFlag(SCHEMA, "mcc == '5411' && amount > 5 || amount < 1")
                        .variables())
                .containsExactly("mcc", "amount");
        assertThat(Expressions.compileNumber(SCHEMA, "1 + 2").variables()).isEmpty();
    }

    @Test
    void comparison_followsIeee_whenNotANumber() throws Exception {
        Slots slots = SCHEMA.newSlots();
        slots.setNumber(SCHEMA.slot("amount"), Double.NaN);

        for (String source : new String[] {
            "amount == amount", "amount == 1", "amount > 1", "amount <= 1.0", "1 < amount", "amount in [amount, 1]"
        }) {
            assertThat(Expressions.compileFlag(SCHEMA, source).test(slots))
                    .as(source)
                    .isFalse();
        }
        assertThat(Expressions.compileFlag(SCHEMA, "amount != amount").test(slots))
                .isTrue();
    }

    @Test
    void comparison_takesZerosAsEqual_whenOneIsNegative() throws Exception {
        Slots slots = SCHEMA.newSlots();
        slots.setNumber(SCHEMA.slot("amount"), -0.0);

        assertThat(Expressions.compileFlag(SCHEMA, "amount == 0 && !(amount < 0) && amount in [0]")
                        .test(slots))
                .isTrue();
    }

    @Test
    void schema_refuses_whenNameIsTakenOrReserved() {
        assertThatThrownBy(() -> Schema.builder().number("a").text("a")).hasMessageContaining("declared twice");
        assertThatThrownBy(() -> Schema.builder().number("in")).hasMessageContaining("reserved word");
        assertThatThrownBy(() -> Schema.builder().number("Card-1")).hasMessageContaining("must be");
    }

    @Test
    void slots_takeAVectorAtOnce() throws Exception {
        Schema schema =
                Schema.builder().flag("p").number("x").number("y").text("t").build();
        Slots slots = schema.newSlots();
        slots.setNumbers(schema.slot("x"), new double[] {3, 4});

        assertThat(Expressions.compileNumber(schema, "x * 10 + y").evaluate(slots))
                .isEqualTo(34);
        assertThat(Expressions.compileFlag(schema, "p || t != ''").test(slots)).isFalse();
    }
}
