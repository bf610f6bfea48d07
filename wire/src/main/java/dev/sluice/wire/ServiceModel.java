/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A service as its trimmed model tells it: how its operations travel and what they carry. */
public final class ServiceModel {
    private final ServiceTraits traits;
    private final List<String> shapeTexts;
    private final @Nullable Shape[] shapes;
    private final Map<String, OperationModel> operations;
    private final StructureFactory factory;
    private final UriTrie routes;

    ServiceModel(
            ServiceTraits traits,
            List<String> shapeTexts,
            Map<String, OperationModel> operations,
            StructureFactory factory) {
        this.traits = traits;
        this.shapeTexts = shapeTexts;
        this.shapes = new @Nullable Shape[shapeTexts.size()];
        this.operations = operations;
        this.factory = factory;
        routes = new UriTrie(traits.protocols().contains("rest-json") ? operations.values() : List.of());
    }

    /** Reads the trimmed model {@code SERVICE.model}, which the build put beside this class. */
    public static ServiceModel load(String service, StructureFactory factory) {
        try (InputStream in = ServiceModel.class.getResourceAsStream(service + ".model")) {
            if (in == null) {
                throw new IllegalArgumentException("service: " + service + " (expected: one with a trimmed model)");
            }
            return ModelReader.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), factory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the model of " + service, e);
        }
    }

    /** Our name of the service, as in {@link Operation#service()}. */
    public String name() {
        return traits.name();
    }

    /** The service's name in the credential scope of a signature. */
    public String signingName() {
        return traits.signingName();
    }

    ServiceTraits traits() {
        return traits;
    }

    Optional<OperationModel> operation(String name) {
        return Optional.ofNullable(operations.get(name));
    }

    /** The URIs of the rest-json protocol. */
    UriTrie routes() {
        return routes;
    }

    /** A type by its number, read from its text when first asked for. */
    Shape shape(int number) {
        Shape shape = shapes[number]; // benign race: shapes are immutable, and the same whenever they are read
        if (shape == null) {
            shape = ShapeReader.read(shapeTexts.get(number));
            shapes[number] = shape;
        }
        return shape;
    }

    Shape.Aggregate aggregate(int number) {
        return (Shape.Aggregate) shape(number);
    }

    StructureFactory factory() {
        return factory;
    }
}
