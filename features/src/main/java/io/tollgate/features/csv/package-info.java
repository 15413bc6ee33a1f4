/**
 * Transactions from CSV files: a mapping file says which column is what, a streaming reader turns each row into a
 * payment and its outcome, or into everything that is wrong with it.
 *
 * <p>Start at {@link io.tollgate.features.csv.CsvEvents}; {@link io.tollgate.features.csv.CsvMapping} describes the
 * mapping file. {@link io.tollgate.features.csv.CsvReferences} does the same for what the issuer knows of cards. Imports the domain types, the YAML reader and a CSV parser (FastCSV), nothing else.
 */
@NullMarked
package io.tollgate.features.csv;

import org.jspecify.annotations.NullMarked;
