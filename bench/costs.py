#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sluice authors
# SPDX-License-Identifier: Apache-2.0
"""Prepares the running server (eval "$(./sluice env)" first) so that what each part of a request costs can be measured one by one.

usage: costs.py UPSTREAM HTTP_PORT PID     e.g. costs.py http://127.0.0.1:19000 8080 4711

Makes one API for each step, from a request that nothing is asked of to one with everything, and registers each with bench/peers as a peer of
its own on the same server; prints their names for `measure.py --peers`. Every step has what the one before has, and one thing more."""
import subprocess
import sys
import os

import boto3

upstream, port, pid = sys.argv[1:]
KEY = "ak-000000000000000000000000000001"
HUGE = "9000000"
PEERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers", "peers.sh")
STEPS = ["routed", "key", "key-limit", "method-limit", "stage-limit", "api-limit", "quota", "metrics", "access-log"]
api = boto3.client("apigateway")


def replace(path, value):
    return {"op": "replace", "path": path, "value": value}


def throttle(prefix):
    return [replace(prefix + "/rateLimit", HUGE), replace(prefix + "/burstLimit", HUGE)]


api.update_account(patchOperations=throttle("/throttleSettings"))
key = api.create_api_key(name="costs", value=KEY, enabled=True)["id"]
names = []
for step, name in enumerate(STEPS):
    has = STEPS[: step + 1]
    rest = api.create_rest_api(name=name)["id"]
    root = api.get_resources(restApiId=rest)["items"][0]["id"]
    proxy = api.create_resource(restApiId=rest, parentId=root, pathPart="{proxy+}")["id"]
    api.put_method(restApiId=rest, resourceId=proxy, httpMethod="GET", authorizationType="NONE", apiKeyRequired="key" in has,
                   requestParameters={"method.request.path.proxy": True})
    api.put_integration(restApiId=rest, resourceId=proxy, httpMethod="GET", type="HTTP_PROXY", integrationHttpMethod="GET",
                        uri=upstream + "/{proxy}", requestParameters={"integration.request.path.proxy": "method.request.path.proxy"})
    api.create_deployment(restApiId=rest, stageName="prod")
    stage = []
    if "method-limit" in has:
        stage += throttle("/*/*/throttling")
    if "stage-limit" in has:
        stage += throttle("/throttle")
    if "metrics" in has:
        stage += [replace("/*/*/metrics/enabled", "true")]
    if "access-log" in has:
        stage += [replace("/accessLogSettings/destinationArn", "arn:aws:logs:us-east-1:123456789012:log-group:costs"),
                  replace("/accessLogSettings/format", '{"id":"$context.requestId","ip":"$context.identity.sourceIp","key":"$context.identity.apiKeyId",'
                          '"time":"$context.requestTime","method":"$context.httpMethod","path":"$context.resourcePath","status":"$context.status",'
                          '"bytes":"$context.responseLength","ms":"$context.responseLatency"}')]
    if stage:
        api.update_stage(restApiId=rest, stageName="prod", patchOperations=stage)
    if "api-limit" in has:
        api.update_rest_api(restApiId=rest, patchOperations=throttle("/throttle"))
    if "key" in has:
        plan = {"name": name, "apiStages": [{"apiId": rest, "stage": "prod"}]}
        if "key-limit" in has:
            plan["throttle"] = {"rateLimit": float(HUGE), "burstLimit": int(HUGE)}
        if "quota" in has:
            plan["quota"] = {"limit": 2_000_000_000, "period": "MONTH"}
        api.create_usage_plan_key(usagePlanId=api.create_usage_plan(**plan)["id"], keyType="API_KEY", keyId=key)
    subprocess.run([PEERS, "register", name, port, pid, f"/restapis/{rest}/prod/_user_request_/api/v1/items?id=42"], check=True)
    names.append(name)
print(",".join(names))
