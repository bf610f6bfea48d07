#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sluice authors
# SPDX-License-Identifier: Apache-2.0
"""Puts a no-op Python function behind the running server (eval "$(./sluice env)" first) and prints the URL to measure."""
import io
import json
import os
import zipfile

import boto3

code = io.BytesIO()
with zipfile.ZipFile(code, "w") as package:
    package.writestr("noop.py", "def handler(event, context):\n    return {'statusCode': 200}\n")
trust = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
region = os.environ["AWS_REGION"]
role = boto3.client("iam").create_role(RoleName="bench", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
functions, api = boto3.client("lambda"), boto3.client("apigateway")
arn = functions.create_function(FunctionName="noop", Runtime="python3.13", Role=role, Handler="noop.handler",
                                Code={"ZipFile": code.getvalue()})["FunctionArn"]
rest = api.create_rest_api(name="noop")["id"]
root = api.get_resources(restApiId=rest)["items"][0]["id"]
api.put_method(restApiId=rest, resourceId=root, httpMethod="GET", authorizationType="NONE")
api.put_integration(restApiId=rest, resourceId=root, httpMethod="GET", type="AWS_PROXY", integrationHttpMethod="POST",
                    uri=f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations")
functions.add_permission(FunctionName="noop", StatementId="bench", Action="lambda:InvokeFunction",
                         Principal="apigateway.amazonaws.com", SourceArn=f"arn:aws:execute-api:{region}:{arn.split(':')[4]}:{rest}/*")
api.create_deployment(restApiId=rest, stageName="prod")
limits = [{"op": "replace", "path": "/throttleSettings/" + name, "value": "9000000"} for name in ("rateLimit", "burstLimit")]
api.update_account(patchOperations=limits)
print(f"{os.environ['SLUICE_HTTP_URL']}/restapis/{rest}/prod/_user_request_/")
