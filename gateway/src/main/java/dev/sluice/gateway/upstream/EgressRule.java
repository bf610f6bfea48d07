/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.upstream;

import dev.sluice.gateway.GatewaySettings.Egress;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** Decides where calls may go, by the address itself, whatever name it was found by. Thread-safe. */
record EgressRule(Egress egress) {
    boolean allows(InetAddress address, int port) {
        boolean refused =
                egress.addresses().contains(address) || (egress.localPorts().contains(port) && isThisMachine(address));
        return !refused;
    }

    private static boolean isThisMachine(InetAddress address) {
        if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return true;
        }
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true;
        }
    }
}
