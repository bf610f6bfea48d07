#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sluice authors
# SPDX-License-Identifier: Apache-2.0
"""Gives the running server (eval "$(./sluice env)" first) a stage that proxies any method and path to UPSTREAM without a key, and prints its path.

usage: bodies.py UPSTREAM     e.g. bodies.py http://127.0.0.1:19000, whose /big and /upload bench/peers/tls measures"""
import sys

import boto3

api = boto3.client("apigateway")
rest = api.create_rest_api(name="bodies", binaryMediaTypes=["*/*"])["id"]
root = api.get_resources(restApiId=rest)["items"][0]["id"]
proxy = api.create_resource(restApiId=rest, parentId=root, pathPart="{proxy+}")["id"]
api.put_method(restApiId=rest, resourceId=proxy, httpMethod="ANY", authorizationType="NONE", requestParameters={"method.request.path.proxy": True})
api.put_integration(restApiId=rest, resourceId=proxy, httpMethod="ANY", type="HTTP_PROXY", integrationHttpMethod="ANY",
                    uri=sys.argv[1] + "/{proxy}", requestParameters={"integration.request.path.proxy": "method.request.path.proxy"})
api.create_deployment(restApiId=rest, stageName="prod")
print(f"/restapis/{rest}/prod/_user_request_")
