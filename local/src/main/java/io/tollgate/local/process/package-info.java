/**
 * Child processes that never outlive this JVM. Start at {@link io.tollgate.local.process.ChildProcess}; {@link
 * io.tollgate.local.process.JavaCommand} makes a JVM's command line. Imports the JDK only, so that any module's tests
 * can use it whatever their classpath.
 */
@NullMarked
package io.tollgate.local.process;

import org.jspecify.annotations.NullMarked;
