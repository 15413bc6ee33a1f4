/**
 * Reads the project's YAML files (feature sets, policies, mappings, expectations) so that every error names its line.
 *
 * <p>Start at {@link io.tollgate.features.yaml.YamlMapping#parse}. Imports the YAML reader and the JDK, nothing else.
 */
@NullMarked
package io.tollgate.features.yaml;

import org.jspecify.annotations.NullMarked;
