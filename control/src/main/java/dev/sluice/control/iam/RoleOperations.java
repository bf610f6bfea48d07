/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.iam;

import dev.sluice.control.Documents;
import dev.sluice.store.RecordStore;
import dev.sluice.store.Records;
import dev.sluice.store.Transaction;
import dev.sluice.wire.Call;
import dev.sluice.wire.CommonErrors;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.Unit;
import dev.sluice.wire.iam.AttachRolePolicyRequest;
import dev.sluice.wire.iam.AttachedPolicy;
import dev.sluice.wire.iam.CreateRoleRequest;
import dev.sluice.wire.iam.CreateRoleResponse;
import dev.sluice.wire.iam.DeleteRoleRequest;
import dev.sluice.wire.iam.DetachRolePolicyRequest;
import dev.sluice.wire.iam.GetRoleRequest;
import dev.sluice.wire.iam.GetRoleResponse;
import dev.sluice.wire.iam.IamErrors;
import dev.sluice.wire.iam.IamOperations;
import dev.sluice.wire.iam.ListAttachedRolePoliciesRequest;
import dev.sluice.wire.iam.ListAttachedRolePoliciesResponse;
import dev.sluice.wire.iam.ListRolesRequest;
import dev.sluice.wire.iam.ListRolesResponse;
import dev.sluice.wire.iam.Role;
import dev.sluice.wire.iam.RoleLastUsed;
import dev.sluice.wire.iam.Tag;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The IAM operations on roles and their managed policies. Thread-safe. */
public final class RoleOperations {
    private static final String ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int ID_RANDOM_LENGTH = 17;
    private static final int DEFAULT_SESSION_SECONDS = 3600;
    private static final int MAX_ATTACHED_POLICIES = 10;

    private final Roles roles;
    private final RecordStore store;
    private final InstantSource clock;
    private final SecureRandom random;

    public RoleOperations(Roles roles, InstantSource clock, SecureRandom random) {
        this.roles = roles;
        this.store = roles.store();
        this.clock = clock;
        this.random = random;
    }

    public void register(Handlers.Builder handlers) {
        handlers.on(IamOperations.CREATE_ROLE, this::create)
                .on(IamOperations.GET_ROLE, this::get)
                .on(IamOperations.LIST_ROLES, this::list)
                .on(IamOperations.DELETE_ROLE, this::delete)
                .on(IamOperations.ATTACH_ROLE_POLICY, this::attach)
                .on(IamOperations.DETACH_ROLE_POLICY, this::detach)
                .on(IamOperations.LIST_ATTACHED_ROLE_POLICIES, this::listAttached);
    }

    private CreateRoleResponse create(Call call, CreateRoleRequest request) {
        if (TrustPolicy.parse(request.assumeRolePolicyDocument())
                instanceof TrustPolicy.Check.Malformed(String message)) {
            throw IamErrors.MALFORMED_POLICY_DOCUMENT.with(message);
        }
        if (request.permissionsBoundary() != null) {
            throw IamErrors.INVALID_INPUT.with(
                    "PermissionsBoundary " + request.permissionsBoundary() + " is not supported (expected: none)");
        }
        String path = request.path() == null ? "/" : request.path();
        RoleDocument role = new RoleDocument(
                request.roleName(),
                path,
                "arn:aws:iam::" + call.accountId() + ":role" + path + request.roleName(),
                newRoleId(),
                request.assumeRolePolicyDocument(),
                request.description(),
                request.maxSessionDuration() == null ? DEFAULT_SESSION_SECONDS : request.maxSessionDuration(),
                tags(request.tags()),
                List.of(),
                clock.instant().truncatedTo(ChronoUnit.SECONDS));
        store.write(tx -> {
            if (!tx.putNew(RoleDocument.KIND.name(), RoleDocument.id(role.name()), Documents.encode(role), Map.of())) {
                throw IamErrors.ENTITY_ALREADY_EXISTS.with("Role with name " + role.name() + " already exists.");
            }
            return role;
        });
        roles.refresh(role.name());
        return CreateRoleResponse.builder()
                .role(answer(role).maxSessionDuration(null).build())
                .build();
    }

    private GetRoleResponse get(Call call, GetRoleRequest request) {
        RoleDocument role = store.read(records -> existing(records, request.roleName()));
        return GetRoleResponse.builder()
                .role(answer(role).roleLastUsed(RoleLastUsed.builder().build()).build())
                .build();
    }

    private ListRolesResponse list(Call call, ListRolesRequest request) {
        String prefix = request.pathPrefix() == null ? "/" : request.pathPrefix();
        List<RoleDocument> roles = store.read(records -> Documents.list(records, RoleDocument.KIND, "")).stream()
                .filter(role -> role.path().startsWith(prefix))
                .toList();
        MarkerPage<RoleDocument> page = MarkerPage.of(roles, RoleDocument::name, request.marker(), request.maxItems());
        return ListRolesResponse.builder()
                .roles(page.items().stream().map(role -> answer(role).build()).toList())
                .isTruncated(page.next() != null)
                .marker(page.next())
                .build();
    }

    private Unit delete(Call call, DeleteRoleRequest request) {
        store.write(tx -> {
            RoleDocument role = existing(tx, request.roleName());
            if (!role.policyArns().isEmpty()) {
                throw IamErrors.DELETE_CONFLICT.with("Cannot delete entity, must detach all policies first.");
            }
            return tx.delete(RoleDocument.KIND.name(), RoleDocument.id(role.name()));
        });
        roles.refresh(request.roleName());
        return Unit.UNIT;
    }

    private Unit attach(Call call, AttachRolePolicyRequest request) {
        String arn = request.policyArn();
        if (!arn.startsWith("arn:")) {
            throw CommonErrors.VALIDATION.with("Invalid ARN:  Could not be parsed!");
        }
        store.write(tx -> {
            RoleDocument role = existing(tx, request.roleName());
            if (ManagedPolicies.name(arn).isEmpty()) {
                throw IamErrors.NO_SUCH_ENTITY.with("Policy " + arn + " does not exist or is not attachable.");
            }
            if (role.policyArns().contains(arn)) {
                return role;
            }
            if (role.policyArns().size() >= MAX_ATTACHED_POLICIES) {
                throw IamErrors.LIMIT_EXCEEDED.with(
                        "Cannot exceed quota for PoliciesPerRole: " + MAX_ATTACHED_POLICIES);
            }
            List<String> arns = new ArrayList<>(role.policyArns());
            arns.add(arn);
            return put(tx, role.withPolicies(arns));
        });
        roles.refresh(request.roleName());
        return Unit.UNIT;
    }

    private Unit detach(Call call, DetachRolePolicyRequest request) {
        store.write(tx -> {
            RoleDocument role = existing(tx, request.roleName());
            List<String> arns = new ArrayList<>(role.policyArns());
            if (!arns.remove(request.policyArn())) {
                throw IamErrors.NO_SUCH_ENTITY.with("Policy " + request.policyArn() + " was not found.");
            }
            return put(tx, role.withPolicies(arns));
        });
        roles.refresh(request.roleName());
        return Unit.UNIT;
    }

    private ListAttachedRolePoliciesResponse listAttached(Call call, ListAttachedRolePoliciesRequest request) {
        String prefix = request.pathPrefix() == null ? "/" : request.pathPrefix();
        List<String> arns = store.read(records -> existing(records, request.roleName())).policyArns().stream()
                .filter(arn -> ManagedPolicies.path(arn).startsWith(prefix))
                .toList();
        MarkerPage<String> page = MarkerPage.of(arns, arn -> arn, request.marker(), request.maxItems());
        return ListAttachedRolePoliciesResponse.builder()
                .attachedPolicies(page.items().stream()
                        .map(arn -> AttachedPolicy.builder()
                                .policyName(ManagedPolicies.lastSegment(arn))
                                .policyArn(arn)
                                .build())
                        .toList())
                .isTruncated(page.next() != null)
                .marker(page.next())
                .build();
    }

    private static RoleDocument existing(Records records, String name) {
        return RoleDocument.find(records, name)
                .orElseThrow(() -> IamErrors.NO_SUCH_ENTITY.with("The role with name " + name + " cannot be found."));
    }

    private static RoleDocument put(Transaction tx, RoleDocument role) {
        Documents.put(tx, RoleDocument.KIND, RoleDocument.id(role.name()), role);
        return role;
    }

    private static Role.Builder answer(RoleDocument role) {
        List<Tag> tags = role.tags().entrySet().stream()
                .map(tag ->
                        Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
        return Role.builder()
                .roleName(role.name())
                .path(role.path())
                .arn(role.arn())
                .roleId(role.uniqueId())
                .createDate(role.createdAt())
                .assumeRolePolicyDocument(urlEncoded(role.trustPolicy()))
                .description(role.description())
                .maxSessionDuration(role.maxSessionSeconds())
                .tags(tags.isEmpty() ? null : tags);
    }

    /** By RFC 3986, as IAM sends policy documents. */
    private static String urlEncoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    private static Map<String, String> tags(@Nullable List<Tag> tags) {
        Map<String, String> map = new LinkedHashMap<>();
        for (Tag tag : tags == null ? List.<Tag>of() : tags) {
            if (map.put(tag.key(), tag.value()) != null) {
                throw IamErrors.INVALID_INPUT.with(
                        "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
            }
        }
        return map;
    }

    private String newRoleId() {
        StringBuilder id = new StringBuilder("AROA");
        for (int i = 0; i < ID_RANDOM_LENGTH; i++) {
            id.append(ID_ALPHABET.charAt(random.nextInt(ID_ALPHABET.length())));
        }
        return id.toString();
    }
}
