package io.tollgate.pipeline.publish;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** Maps each element to any number of results without holding more than one element's results. */
public final class FlatMapIterator<T, R> implements Iterator<R> {
    private final Iterator<? extends T> source;
    private final Function<? super T, ? extends Iterable<R>> mapper;
    private Iterator<R> current = Collections.emptyIterator();

    public FlatMapIterator(Iterator<? extends T> source, Function<? super T, ? extends Iterable<R>> mapper) {
        this.source = source;
        this.mapper = mapper;
    }

    @Override
    public boolean hasNext() {
        while (!current.hasNext() && source.hasNext()) {
            current = mapper.apply(source.next()).iterator();
        }
        return current.hasNext();
    }

    @Override
    public R next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return current.next();
    }
}
