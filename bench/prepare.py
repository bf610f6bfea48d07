#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sluice authors
# SPDX-License-Identifier: Apache-2.0
"""Gives the running server (eval "$(./sluice env)" first) what a comparison with other proxies needs, and prints the path to measure.

usage: prepare.py UPSTREAM KEYS_FILE     e.g. prepare.py http://127.0.0.1:19000 keys.txt

KEYS_FILE has lines "KEY RATE"; each rate becomes a usage plan with burst = rate. One stage proxies everything to UPSTREAM; every level has
a limit: account, API, stage, method and plan key; metrics are on."""
import concurrent.futures
import sys

import boto3

upstream, keys_file = sys.argv[1:]
HUGE = "9000000"
api = boto3.client("apigateway")


def replace(path, value):
    return {"op": "replace", "path": path, "value": value}


api.update_account(patchOperations=[replace("/throttleSettings/rateLimit", HUGE), replace("/throttleSettings/burstLimit", HUGE)])
rest = api.create_rest_api(name="bench")["id"]
root = api.get_resources(restApiId=rest)["items"][0]["id"]
proxy = api.create_resource(restApiId=rest, parentId=root, pathPart="{proxy+}")["id"]
api.put_method(restApiId=rest, resourceId=proxy, httpMethod="GET", authorizationType="NONE", apiKeyRequired=True,
               requestParameters={"method.request.path.proxy": True})
api.put_integration(restApiId=rest, resourceId=proxy, httpMethod="GET", type="HTTP_PROXY", integrationHttpMethod="GET",
                    uri=upstream + "/{proxy}", requestParameters={"integration.request.path.proxy": "method.request.path.proxy"})
api.create_deployment(restApiId=rest, stageName="prod")
throttle = [replace("/throttle/rateLimit", HUGE), replace("/throttle/burstLimit", HUGE)]
api.update_rest_api(restApiId=rest, patchOperations=throttle)
api.update_stage(restApiId=rest, stageName="prod", patchOperations=throttle + [
    replace("/*/*/throttling/rateLimit", HUGE), replace("/*/*/throttling/burstLimit", HUGE), replace("/*/*/metrics/enabled", "true")])

pairs = [line.split() for line in open(keys_file) if line.strip()]
plans = {rate: api.create_usage_plan(name="rate " + rate, throttle={"rateLimit": float(rate), "burstLimit": int(rate)},
                                     apiStages=[{"apiId": rest, "stage": "prod"}])["id"]
         for rate in sorted({rate for _, rate in pairs})}


def add(pair):
    value, rate = pair
    key = api.create_api_key(name=value, value=value, enabled=True)["id"]
    api.create_usage_plan_key(usagePlanId=plans[rate], keyType="API_KEY", keyId=key)


with concurrent.futures.ThreadPoolExecutor(8) as pool:
    list(pool.map(add, pairs))
print(f"/restapis/{rest}/prod/_user_request_")
