package io.tollgate.local.sim;

import io.tollgate.features.domain.GeoPoint;
import java.util.List;

/**
 * Where people live and shops stand.
 *
 * @param country ISO 3166-1 alpha-2
 * @param weight thousands of inhabitants, roughly
 */
record City(String name, String country, GeoPoint position, double weight) {

    /** Where the simulated issuer's customers live. */
    static final List<City> HOME = List.of(
            city("Berlin", "DE", 52.52, 13.40, 3700),
            city("Hamburg", "DE", 53.55, 9.99, 1850),
            city("Munich", "DE", 48.14, 11.58, 1500),
            city("Cologne", "DE", 50.94, 6.96, 1080),
            city("Leipzig", "DE", 51.34, 12.37, 600),
            city("Vienna", "AT", 48.21, 16.37, 1950),
            city("Graz", "AT", 47.07, 15.44, 290),
            city("Amsterdam", "NL", 52.37, 4.90, 900),
            city("Rotterdam", "NL", 51.92, 4.48, 650),
            city("Brussels", "BE", 50.85, 4.35, 1200),
            city("Antwerp", "BE", 51.22, 4.40, 530),
            city("Paris", "FR", 48.86, 2.35, 2150),
            city("Lyon", "FR", 45.76, 4.84, 520),
            city("Toulouse", "FR", 43.60, 1.44, 490),
            city("Madrid", "ES", 40.42, -3.70, 3300),
            city("Barcelona", "ES", 41.39, 2.17, 1650),
            city("Lisbon", "PT", 38.72, -9.14, 550),
            city("Milan", "IT", 45.46, 9.19, 1400),
            city("Rome", "IT", 41.90, 12.50, 2800),
            city("Dublin", "IE", 53.35, -6.26, 590));

    /** Where copied cards are spent. */
    static final List<City> FAR = List.of(
            city("Miami", "US", 25.76, -80.19, 440),
            city("Los Angeles", "US", 34.05, -118.24, 3900),
            city("São Paulo", "BR", -23.55, -46.63, 12300),
            city("Bangkok", "TH", 13.76, 100.50, 8300),
            city("Lagos", "NG", 6.52, 3.38, 15000),
            city("Mexico City", "MX", 19.43, -99.13, 9200));

    private static City city(String name, String country, double lat, double lon, double weight) {
        return new City(name, country, new GeoPoint(lat, lon), weight);
    }
}
