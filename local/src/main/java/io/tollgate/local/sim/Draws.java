package io.tollgate.local.sim;

import io.tollgate.features.domain.GeoPoint;
import java.util.List;
import java.util.SplittableRandom;

/** Random draws from a seed. Confined to one thread. */
final class Draws {
    /** Kilometres of one degree of latitude. */
    private static final double KM_PER_DEGREE = 111.2;

    private final SplittableRandom random;

    private Draws(SplittableRandom random) {
        this.random = random;
    }

    static Draws seeded(long seed) {
        return new Draws(new SplittableRandom(seed));
    }

    /** A stream of its own for one of many things, so that adding one of them does not change the others. */
    static Draws of(long seed, String kind, long number) {
        return seeded(mix(mix(seed) ^ mix(kind.hashCode()) ^ mix(number * 0x9E3779B97F4A7C15L)));
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014): a bijection in which every input bit moves all others. */
    static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** From {@code min} to {@code max}, both included. */
    int between(int min, int max) {
        return random.nextInt(min, max + 1);
    }

    double between(double min, double max) {
        return min + random.nextDouble() * (max - min);
    }

    int index(int size) {
        return random.nextInt(size);
    }

    <T> T one(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    double gaussian() {
        return random.nextGaussian();
    }

    /** Log-normal with this median. */
    double logNormal(double median, double sigma) {
        return median * Math.exp(sigma * random.nextGaussian());
    }

    /** Waiting time of a Poisson process with this mean. */
    double exponential(double mean) {
        return -mean * Math.log1p(-random.nextDouble());
    }

    /** Poisson with a mean below some 30, by multiplication (Knuth, TAOCP 3.4.1). */
    int poisson(double mean) {
        double limit = Math.exp(-mean);
        int count = -1;
        double product = 1;
        do {
            count++;
            product *= random.nextDouble();
        } while (product > limit);
        return count;
    }

    /** Index drawn with the probabilities whose running sums these are; the last sum is the total. */
    int weighted(double[] cumulative) {
        double target = random.nextDouble() * cumulative[cumulative.length - 1];
        int low = 0;
        int high = cumulative.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cumulative[middle] > target) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** A place around another, normally distributed with this standard deviation in each direction. */
    GeoPoint near(GeoPoint center, double km) {
        double lat = center.lat() + gaussian() * km / KM_PER_DEGREE;
        double lon = center.lon() + gaussian() * km / (KM_PER_DEGREE * Math.cos(Math.toRadians(center.lat())));
        return new GeoPoint(round(Math.max(-90, Math.min(90, lat))), round(Math.max(-180, Math.min(180, lon))));
    }

    String hex(int digits) {
        return String.format("%016x", random.nextLong()).substring(0, digits);
    }

    /** A tenth of a metre is more than any terminal knows of its position. */
    private static double round(double degrees) {
        return Math.rint(degrees * 1e6) / 1e6;
    }

    static double[] cumulative(double... weights) {
        double[] sums = new double[weights.length];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i];
            sums[i] = sum;
        }
        return sums;
    }
}
