package io.tollgate.features.expr;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The language: which of the checker's overloads can be compiled, and how. What is not here is refused at load. */
final class Overloads {
    private static final Map<String, Translation> ALL = all();

    private Overloads() {}

    static @Nullable Translation find(String overloadId) {
        return ALL.get(overloadId);
    }

    private static Map<String, Translation> all() {
        Map<String, Translation> table = new HashMap<>();
        table.put("add_int64", IntegerArithmetic::add);
        table.put("subtract_int64", IntegerArithmetic::subtract);
        table.put("multiply_int64", IntegerArithmetic::multiply);
        table.put("divide_int64", IntegerArithmetic::divide);
        table.put("modulo_int64", IntegerArithmetic::modulo);
        table.put("negate_int64", IntegerArithmetic::negate);
        putWithMixed(table, "add", NumberOperators::add);
        putWithMixed(table, "subtract", NumberOperators::subtract);
        putWithMixed(table, "multiply", NumberOperators::multiply);
        putWithMixed(table, "divide", NumberOperators::divide);
        table.put("negate_double", NumberOperators::negate);
        Translation compare = NumberOperators::compare;
        for (String order : new String[] {"less", "less_equals", "greater", "greater_equals"}) {
            table.put(order + "_int64", compare);
            putWithMixed(table, order, compare);
        }
        Translation equal = Logic::equal;
        table.put("equals", equal);
        putWithMixed(table, "equals", equal);
        Translation notEqual = Logic::notEqual;
        table.put("not_equals", notEqual);
        putWithMixed(table, "not_equals", notEqual);
        table.put("logical_and", Logic::and);
        table.put("logical_or", Logic::or);
        table.put("logical_not", Logic::not);
        table.put("conditional", Logic::conditional);
        table.put("conditional_double_int64", Logic::conditional);
        table.put("conditional_int64_double", Logic::conditional);
        Translation in = Texts::in;
        table.put("in_list", in);
        table.put("in_list_double_int64", in);
        table.put("in_list_int64_double", in);
        table.put("starts_with_string", Texts::startsWith);
        table.put("ends_with_string", Texts::endsWith);
        table.put("contains_string", Texts::contains);
        table.put("int64_to_double", call -> call.number(0));
        table.put("double_to_double", call -> call.number(0));
        for (Functions.Function function : Functions.ALL) {
            table.put(function.overloadId(), function.translation());
        }
        return Map.copyOf(table);
    }

    private static void putWithMixed(Map<String, Translation> table, String id, Translation translation) {
        table.put(id + "_double", translation);
        table.put(id + "_double_int64", translation);
        table.put(id + "_int64_double", translation);
    }
}
