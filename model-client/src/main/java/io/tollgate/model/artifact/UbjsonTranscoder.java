package io.tollgate.model.artifact;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/**
 * Turns the part of Universal Binary JSON that XGBoost writes (its default format since 2.1, in files named {@code
 * .ubj} or {@code .xgb}) into JSON.
 *
 * <p>Source: ubjson.org, draft 12, with optimised containers; all numbers are big-endian.
 */
final class UbjsonTranscoder {
    private static final int MAX_DEPTH = 64;

    private final ByteBuffer in;
    private final JsonGenerator out;

    private UbjsonTranscoder(ByteBuffer in, JsonGenerator out) {
        this.in = in;
        this.out = out;
    }

    /** A JSON object goes on with a name, a brace or white space; a UBJSON object with the type of a length. */
    static boolean isUbjson(byte[] bytes) {
        return bytes.length > 1 && bytes[0] == '{' && "iUIlL".indexOf(bytes[1]) >= 0;
    }

    static byte[] toJson(byte[] ubjson) throws InvalidModelException {
        ByteArrayOutputStream json = new ByteArrayOutputStream(ubjson.length * 2);
        ByteBuffer in = ByteBuffer.wrap(ubjson);
        try (JsonGenerator out = XgboostJsonReader.JSON.createGenerator(ObjectWriteContext.empty(), json)) {
            new UbjsonTranscoder(in, out).value((char) in.get(), 0);
        } catch (BufferUnderflowException e) {
            throw new InvalidModelException("the binary model ends in the middle", e);
        } catch (JacksonException e) {
            throw new InvalidModelException("the binary model is malformed (" + e.getOriginalMessage() + ")", e);
        }
        return json.toByteArray();
    }

    private void value(char type, int depth) throws InvalidModelException {
        if (depth > MAX_DEPTH) {
            throw new InvalidModelException("the binary model nests deeper than " + MAX_DEPTH);
        }
        switch (type) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case 'S' -> out.writeString(string((char) in.get()));
            case 'T' -> out.writeBoolean(true);
            case 'F' -> out.writeBoolean(false);
            case 'Z' -> out.writeNull();
            case 'd' -> out.writeNumber(in.getFloat());
            case 'D' -> out.writeNumber(in.getDouble());
            default -> out.writeNumber(integer(type));
        }
    }

    private void object(int depth) throws InvalidModelException {
        out.writeStartObject();
        char type = (char) in.get();
        while (type != '}') {
            out.writeName(string(type));
            value((char) in.get(), depth + 1);
            type = (char) in.get();
        }
        out.writeEndObject();
    }

    private void array(int depth) throws InvalidModelException {
        out.writeStartArray();
        char type = (char) in.get();
        if (type == '$') {
            char elementType = (char) in.get();
            expectCount((char) in.get());
            elements(elementType, depth);
        } else if (type == '#') {
            long count = count();
            for (long i = 0; i < count; i++) {
                value((char) in.get(), depth + 1);
            }
        } else {
            while (type != ']') {
                value(type, depth + 1);
                type = (char) in.get();
            }
        }
        out.writeEndArray();
    }

    private void elements(char type, int depth) throws InvalidModelException {
        long count = count();
        for (long i = 0; i < count; i++) {
            value(type, depth + 1);
        }
    }

    private void expectCount(char marker) throws InvalidModelException {
        if (marker != '#') {
            throw new InvalidModelException("the binary model has a typed array without a count");
        }
    }

    /** A count that the rest of the input could hold, at one byte an element at least. */
    private int count() throws InvalidModelException {
        long count = integer((char) in.get());
        if (count < 0 || count > in.remaining()) {
            throw new InvalidModelException(
                    "the binary model announces " + count + " elements where " + in.remaining() + " bytes remain");
        }
        return (int) count;
    }

    private String string(char lengthType) throws InvalidModelException {
        long length = integer(lengthType);
        if (length < 0 || length > in.remaining()) {
            throw new InvalidModelException(
                    "the binary model announces a text of " + length + " bytes where " + in.remaining() + " remain");
        }
        byte[] bytes = new byte[(int) length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private long integer(char type) throws InvalidModelException {
        return switch (type) {
            case 'i' -> in.get();
            case 'U' -> in.get() & 0xFF;
            case 'I' -> in.getShort();
            case 'l' -> in.getInt();
            case 'L' -> in.getLong();
            default ->
                throw new InvalidModelException(
                        "the binary model has the unknown type marker " + (int) type + " at byte " + in.position());
        };
    }
}
