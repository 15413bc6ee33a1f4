/** The console in a real browser, before the real service. Start at {@link io.tollgate.api.console.ConsoleIT}. */
@NullMarked
package io.tollgate.api.console;

import org.jspecify.annotations.NullMarked;
