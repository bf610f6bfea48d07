# SPDX-FileCopyrightText: The Sluice authors
# SPDX-License-Identifier: Apache-2.0
"""The recipe's flow through boto3, each step checked. Everything it needs stands in the environment."""
import datetime
import io
import json
import os
import time
import urllib.error
import urllib.request
import zipfile

import boto3

account = boto3.client("sts").get_caller_identity()["Account"]
region = os.environ["AWS_REGION"]
suffix = boto3.client("secretsmanager").get_random_password(
    ExcludePunctuation=True, ExcludeUppercase=True, PasswordLength=6, RequireEachIncludedType=True)["RandomPassword"]
iam, functions, api, metrics = (boto3.client(name) for name in ("iam", "lambda", "apigateway", "cloudwatch"))

code = io.BytesIO()
with zipfile.ZipFile(code, "w") as package:
    package.writestr("lambda_function.py", "def lambda_handler(event, context):\n    return {'statusCode': 200, 'body': 'boto'}\n")
trust = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
role = iam.create_role(RoleName="role-" + suffix, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
assert role["AssumeRolePolicyDocument"] == trust, role
policy = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
iam.attach_role_policy(RoleName="role-" + suffix, PolicyArn=policy)
arn = functions.create_function(FunctionName="f-" + suffix, Runtime="python3.13", Role=role["Arn"],
                                Handler="lambda_function.lambda_handler", Code={"ZipFile": code.getvalue()})["FunctionArn"]
assert functions.get_function(FunctionName="f-" + suffix)["Configuration"]["FunctionArn"] == arn

api_id = api.create_rest_api(name="boto-" + suffix)["id"]
root = api.get_resources(restApiId=api_id)["items"][0]["id"]
data = api.create_resource(restApiId=api_id, parentId=root, pathPart="data")["id"]
api.put_method(restApiId=api_id, resourceId=data, httpMethod="GET", authorizationType="NONE", apiKeyRequired=True)
api.put_integration(restApiId=api_id, resourceId=data, httpMethod="GET", type="AWS_PROXY", integrationHttpMethod="POST",
                    uri=f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations")
functions.add_permission(FunctionName="f-" + suffix, StatementId="s", Action="lambda:InvokeFunction",
                         Principal="apigateway.amazonaws.com",
                         SourceArn=f"arn:aws:execute-api:{region}:{account}:{api_id}/*/*")
api.create_deployment(restApiId=api_id, stageName="prod")
plan = api.create_usage_plan(name="basic", throttle={"rateLimit": 0.01, "burstLimit": 2},
                             quota={"limit": 100, "offset": 0, "period": "MONTH"},
                             apiStages=[{"apiId": api_id, "stage": "prod"}])["id"]
key = api.create_api_key(name="basic", enabled=True)
api.create_usage_plan_key(usagePlanId=plan, keyType="API_KEY", keyId=key["id"])


def call(value):
    url = f"{os.environ['SLUICE_HTTP_URL']}/restapis/{api_id}/prod/_user_request_/data"
    request = urllib.request.Request(url, headers={"x-api-key": value} if value else {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


assert call(None) == (403, '{"message":"Forbidden"}'), call(None)
assert call(key["value"]) == (200, "boto")
assert call(key["value"]) == (200, "boto")
assert call(key["value"]) == (429, '{"message":"Too Many Requests"}')

today = datetime.date.today().isoformat()
usage = api.get_usage(usagePlanId=plan, startDate=today, endDate=today)["items"]
assert usage == {key["id"]: [[2, 98]]}, usage
now = datetime.datetime.now(datetime.timezone.utc)


def requests():
    points = metrics.get_metric_statistics(
        Namespace="AWS/ApiGateway", MetricName="Count", Statistics=["Sum"], Period=60,
        Dimensions=[{"Name": "ApiName", "Value": "boto-" + suffix}, {"Name": "Stage", "Value": "prod"}],
        StartTime=now - datetime.timedelta(hours=1), EndTime=now + datetime.timedelta(minutes=5))["Datapoints"]
    return sum(point["Sum"] for point in points)


# A request is counted when its answer has been written, which its client may see a moment earlier.
deadline = time.monotonic() + 10
while requests() < 4 and time.monotonic() < deadline:
    time.sleep(0.02)
assert requests() == 4, requests()
metrics.put_metric_alarm(AlarmName="a", Namespace="AWS/ApiGateway", MetricName="ThrottleCount", Statistic="Sum", Period=300,
                         EvaluationPeriods=2, Threshold=100, ComparisonOperator="GreaterThanThreshold")
assert len(metrics.describe_alarms(AlarmNames=["a"])["MetricAlarms"]) == 1

metrics.delete_alarms(AlarmNames=["a"])
api.delete_usage_plan(usagePlanId=plan)
api.delete_api_key(apiKey=key["id"])
api.delete_rest_api(restApiId=api_id)
functions.delete_function(FunctionName="f-" + suffix)
iam.detach_role_policy(RoleName="role-" + suffix, PolicyArn=policy)
iam.delete_role(RoleName="role-" + suffix)
print("recipe done")
