package io.tollgate.api.policy;

import io.tollgate.features.policy.Policies;
import io.tollgate.features.policy.PolicyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * What tells two states of a policy's files apart without reading them. Follows links, as those by which Kubernetes
 * replaces a mounted file.
 *
 * @param policy of the policy file
 * @param examples of the file of examples beside it
 */
record FileStamp(Stamp policy, Stamp examples) {
    private static final Stamp ABSENT = new Stamp(-1, -1);

    /**
     * @param modifiedMs as the file system says; -1 when there is no such file
     * @param size in bytes; -1 when there is no such file
     */
    record Stamp(long modifiedMs, long size) {
        static Stamp of(Path path) {
            try {
                BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
                return new Stamp(file.lastModifiedTime().toMillis(), file.size());
            } catch (IOException e) {
                return ABSENT; // reading it, if it comes to that, tells why
            }
        }
    }

    /** Of the built-in policy, which never changes, always the same. */
    static FileStamp of(String nameOrPath) {
        Stamp policy = nameOrPath.equals(Policies.DEFAULT) ? ABSENT : Stamp.of(Path.of(nameOrPath));
        return new FileStamp(
                policy, PolicyFile.examplesPath(nameOrPath).map(Stamp::of).orElse(ABSENT));
    }
}
