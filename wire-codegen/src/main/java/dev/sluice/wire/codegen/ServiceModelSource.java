/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.codegen;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** AWS's model of a service with its overlay merged in. */
final class ServiceModelSource {
    private final ObjectNode root;
    private final boolean required;
    private final boolean allConstraints;
    private final Set<String> constrainedMembers = new HashSet<>();

    private ServiceModelSource(ObjectNode root) {
        this.root = root;
        JsonNode checks = root.path("checks");
        required = checks.path("required").asBoolean(true);
        JsonNode constraints = checks.path("constraints");
        allConstraints = !constraints.isArray();
        constraints.forEach(member -> constrainedMembers.add(member.asString()));
    }

    /** Reads {@code models/NAME-model.json} from the class path and {@code SERVICE.json}, if there, from the overlays. */
    static ServiceModelSource read(ServiceEntry entry, Path overlays) throws IOException {
        JsonMapper mapper = new JsonMapper();
        String resource = "/models/" + entry.model() + "-model.json";
        try (InputStream in = ServiceModelSource.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + " is not in the jar of models");
            }
            ObjectNode root = (ObjectNode) mapper.readTree(in);
            Path overlay = overlays.resolve(entry.name() + ".json");
            if (Files.exists(overlay)) {
                Overlay.merge(root, (ObjectNode) mapper.readTree(overlay.toFile()));
            }
            return new ServiceModelSource(root);
        }
    }

    JsonNode metadata() {
        return root.get("metadata");
    }

    JsonNode operations() {
        return root.get("operations");
    }

    JsonNode shapes() {
        return root.get("shapes");
    }

    JsonNode checks() {
        return root.path("checks");
    }

    JsonNode shape(String name) {
        JsonNode shape = root.get("shapes").get(name);
        if (shape == null) {
            throw new IllegalArgumentException("the model has no shape " + name);
        }
        return shape;
    }

    /** Whether absence of a member is refused by the framework; what stands in the path can't be absent. */
    boolean requiredChecked(JsonNode structure, String member, String location) {
        if (location.equals("uri")) {
            return true;
        }
        return required
                && structure
                        .path("required")
                        .valueStream()
                        .anyMatch(name -> name.asString().equals(member));
    }

    /** Whether the constraints of a member's shape are checked by the framework. */
    boolean constraintsChecked(String structure, String member) {
        return allConstraints || constrainedMembers.contains(structure + "." + member);
    }
}
