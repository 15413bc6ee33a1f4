package io.tollgate.local.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Free TCP ports of the loopback interface. A port is free when it is handed out; until its server binds it, another
 * process may take it, so callers that can should bind port 0 themselves.
 */
public final class FreePort {
    private FreePort() {}

    public static int pick() throws IOException {
        return pick(1).get(0);
    }

    /** Several ports, all different. */
    public static List<Integer> pick(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            List<Integer> ports = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                ports.add(socket.getLocalPort());
            }
            return ports;
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }
}
