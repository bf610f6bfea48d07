/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.codegen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes Java sources and trimmed models of the services that {@code services.json} lists.
 *
 * <p>Arguments: the folder of {@code services.json} and the overlays, the folder for sources, the folder for resources.
 * Does nothing when neither these files nor the generator changed since the last run.
 */
public final class Generator {
    private static final String PACKAGE = "dev.sluice.wire";

    private final Path sources;
    private final Path resources;

    private Generator(Path sources, Path resources) {
        this.sources = sources;
        this.resources = resources;
    }

    public static void main(String[] args) throws Exception {
        Path overlays = Path.of(args[0]);
        Path sources = Path.of(args[1]);
        Path resources = Path.of(args[2]);
        Path self = Path.of(Generator.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        String fingerprint = Fingerprint.of(List.of(overlays, self));
        Path mark = sources.resolve("fingerprint");
        if (Files.exists(mark) && Files.readString(mark).equals(fingerprint)) {
            return;
        }
        delete(sources);
        delete(resources);
        Generator generator = new Generator(sources, resources);
        for (ServiceEntry entry : services(overlays.resolve("services.json"))) {
            generator.write(ServiceDefinition.of(entry, ServiceModelSource.read(entry, overlays)));
        }
        Files.writeString(mark, fingerprint);
    }

    private static List<ServiceEntry> services(Path file) {
        List<ServiceEntry> entries = new ArrayList<>();
        for (JsonNode node : new JsonMapper().readTree(file.toFile())) {
            entries.add(new ServiceEntry(
                    node.get("name").asString(),
                    node.get("prefix").asString(),
                    node.get("signingName").asString(),
                    node.get("model").asString()));
        }
        return entries;
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void write(ServiceDefinition service) throws IOException {
        String packageName = PACKAGE + "." + service.entry().name();
        Path folder = Files.createDirectories(sources.resolve(packageName.replace('.', '/')));
        for (Structure structure : service.structures()) {
            String text = new RecordSource(packageName, structure, service.javaTypes()).text();
            Files.writeString(folder.resolve(structure.name() + ".java"), text);
        }
        for (var file : new ServiceSource(packageName, service).files().entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
        Path models = Files.createDirectories(resources.resolve(PACKAGE.replace('.', '/')));
        Files.writeString(
                models.resolve(service.entry().name() + ".model"), String.join("\n", service.trimmedModel()) + "\n");
    }
}
