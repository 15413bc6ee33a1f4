package io.tollgate.pipeline.publish;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** Maps each element to any number of results without holding more than one element's results. */
public final class FlatMapIterator<T, R> implements Iterator<R> {
    private final Iterator<? extends T> source;
    private final Function<? super T, ? extends Iterable<R>> mapper;
    private final Runnable atEnd;
    private Iterator<R> current = Collections.emptyIterator();
    private boolean ended;

    public FlatMapIterator(Iterator<? extends T> source, Function<? super T, ? extends Iterable<R>> mapper) {
        this(source, mapper, () -> {});
    }

    /**
     * @param atEnd runs once, when the last result has been taken
     */
    public FlatMapIterator(
            Iterator<? extends T> source, Function<? super T, ? extends Iterable<R>> mapper, Runnable atEnd) {
        this.source = source;
        this.mapper = mapper;
        this.atEnd = atEnd;
    }

    @Override
    public boolean hasNext() {
        while (!current.hasNext() && source.hasNext()) {
            current = mapper.apply(source.next()).iterator();
        }
        if (current.hasNext()) {
            return true;
        }
        if (!ended) {
            ended = true;
            atEnd.run();
        }
        return false;
    }

    @Override
    public R next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return current.next();
    }
}
