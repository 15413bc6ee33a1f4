/**
 * Free ports and a throw-away certificate for servers on the loopback interface. Start at {@link
 * io.tollgate.local.net.LocalCertificate}. Imports the JDK only.
 */
@NullMarked
package io.tollgate.local.net;

import org.jspecify.annotations.NullMarked;
