#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Sluice authors
# SPDX-License-Identifier: Apache-2.0
#
# The recipe "API Throttling and Rate Limiting with API Gateway and Lambda", its own commands in its own order, through the
# stock AWS CLI, against the running server whose environment is loaded:
#
#     eval "$(./sluice env)" && recipe/run.sh
#
# What differs from the recipe's text, and why:
#   * the endpoint: AWS_ENDPOINT_URL for the CLI (or --endpoint-url where the CLI is older than 1.29 / 2.13), and the data
#     plane's own address instead of execute-api.REGION.amazonaws.com;
#   * create-usage-plan-key has no --key-value: the API stage is attached with update-usage-plan, the key with --key-id;
#   * the first load test runs with 50 connections: ten workers that sleep 0.1 s each make at most 100 requests a second,
#     which an exact limiter of 100/s never refuses.
set -u -o pipefail

: "${AWS_ENDPOINT_URL:?is not set: eval \"\$(./sluice env)\" first}" "${SLUICE_HTTP_URL:?is not set}" "${SLUICE_HTTPS_URL:?is not set}"
for program in aws curl zip ab; do
  command -v "$program" >/dev/null || { echo "recipe: $program is not installed"; exit 2; }
done
export AWS_PAGER=""
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2

passed=0 total=0
check() { # check WHAT COMMAND...: runs the command, counts and says whether it held
  local what=$1
  shift
  total=$((total + 1))
  if "$@"; then
    passed=$((passed + 1))
    printf 'ok    %s\n' "$what"
  else
    printf 'FAIL  %s\n' "$what"
  fi
}
is() { [ "$1" = "$2" ] || { printf '      got: %s\n      expected: %s\n' "$1" "$2"; return 1; }; }
like() { [[ "$1" =~ $2 ]] || { printf '      got: %s\n      expected: %s\n' "$1" "$2"; return 1; }; }
over() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a + 0 > b + 0) }' || { printf '      got: %s\n      expected: more than %s\n' "$1" "$2"; return 1; }; }

# A CLI that does not know AWS_ENDPOINT_URL is given the option instead.
version=$(command aws --version 2>&1 | sed -E 's#^aws-cli/([0-9]+)\.([0-9]+)\..*#\1 \2#')
read -r major minor <<<"$version"
if { [ "$major" = 1 ] && [ "$minor" -lt 29 ]; } || { [ "$major" = 2 ] && [ "$minor" -lt 13 ]; }; then
  aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
fi

echo "== Preparation"
AWS_REGION=$(aws configure get region)
export AWS_REGION
check "aws configure get region" like "$AWS_REGION" '^[a-z]{2}-[a-z]+-[0-9]$'
AWS_ACCOUNT_ID=$(aws sts get-caller-identity --query Account --output text)
export AWS_ACCOUNT_ID
check "sts get-caller-identity" like "$AWS_ACCOUNT_ID" '^[0-9]{12}$'
RANDOM_SUFFIX=$(aws secretsmanager get-random-password \
  --exclude-punctuation --exclude-uppercase \
  --password-length 6 --require-each-included-type \
  --output text --query RandomPassword)
check "secretsmanager get-random-password" like "$RANDOM_SUFFIX" '^[a-z0-9]{6}$'
export API_NAME="throttling-demo-${RANDOM_SUFFIX}"
export LAMBDA_FUNCTION_NAME="api-backend-${RANDOM_SUFFIX}"
export STAGE_NAME="prod"

cat >lambda_function.py <<'PYTHON'
import json
import time
import os

def lambda_handler(event, context):
    # Simulate some processing time
    time.sleep(0.1)
    
    return {
        'statusCode': 200,
        'headers': {
            'Content-Type': 'application/json',
            'Access-Control-Allow-Origin': '*'
        },
        'body': json.dumps({
            'message': 'Hello from throttled API!',
            'timestamp': int(time.time()),
            'requestId': context.aws_request_id,
            'region': os.environ.get('AWS_REGION', 'unknown')
        })
    }
PYTHON
zip -q lambda_function.zip lambda_function.py

ROLE_ARN=$(aws iam create-role \
  --role-name "lambda-execution-role-${RANDOM_SUFFIX}" \
  --assume-role-policy-document '{
      "Version": "2012-10-17",
      "Statement": [
          {
              "Effect": "Allow",
              "Principal": {
                  "Service": "lambda.amazonaws.com"
              },
              "Action": "sts:AssumeRole"
          }
      ]
  }' --query Role.Arn --output text)
check "iam create-role" is "$ROLE_ARN" "arn:aws:iam::${AWS_ACCOUNT_ID}:role/lambda-execution-role-${RANDOM_SUFFIX}"
check "iam attach-role-policy" aws iam attach-role-policy \
  --role-name "lambda-execution-role-${RANDOM_SUFFIX}" \
  --policy-arn arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
sleep 10 # the recipe waits for IAM here; Sluice's answer means it is done

echo "== 1. The Lambda backend"
STATE=$(aws lambda create-function \
  --function-name "${LAMBDA_FUNCTION_NAME}" \
  --runtime python3.13 \
  --role "arn:aws:iam::${AWS_ACCOUNT_ID}:role/lambda-execution-role-${RANDOM_SUFFIX}" \
  --handler lambda_function.lambda_handler \
  --zip-file fileb://lambda_function.zip \
  --timeout 30 \
  --memory-size 128 \
  --query State --output text)
check "lambda create-function" like "$STATE" '^(Active|Pending)$'
LAMBDA_ARN=$(aws lambda get-function \
  --function-name "${LAMBDA_FUNCTION_NAME}" \
  --query 'Configuration.FunctionArn' --output text)
check "lambda get-function" is "$LAMBDA_ARN" "arn:aws:lambda:${AWS_REGION}:${AWS_ACCOUNT_ID}:function:${LAMBDA_FUNCTION_NAME}"

echo "== 2. The REST API"
API_ID=$(aws apigateway create-rest-api \
  --name "${API_NAME}" \
  --description "Demo API for throttling and rate limiting" \
  --query 'id' --output text)
check "apigateway create-rest-api" like "$API_ID" '^[a-z0-9]{10}$'
ROOT_RESOURCE_ID=$(aws apigateway get-resources \
  --rest-api-id "${API_ID}" \
  --query 'items[0].id' --output text)
check "apigateway get-resources" like "$ROOT_RESOURCE_ID" '^[a-z0-9]{6,10}$'
RESOURCE_ID=$(aws apigateway create-resource \
  --rest-api-id "${API_ID}" \
  --parent-id "${ROOT_RESOURCE_ID}" \
  --path-part "data" \
  --query 'id' --output text)
check "apigateway create-resource" like "$RESOURCE_ID" '^[a-z0-9]{6,10}$'

echo "== 3. Method and integration"
check "apigateway put-method" is "$(aws apigateway put-method \
  --rest-api-id "${API_ID}" \
  --resource-id "${RESOURCE_ID}" \
  --http-method GET \
  --authorization-type NONE \
  --api-key-required \
  --query apiKeyRequired --output text)" True
check "apigateway put-integration" is "$(aws apigateway put-integration \
  --rest-api-id "${API_ID}" \
  --resource-id "${RESOURCE_ID}" \
  --http-method GET \
  --type AWS_PROXY \
  --integration-http-method POST \
  --uri "arn:aws:apigateway:${AWS_REGION}:lambda:path/2015-03-31/functions/${LAMBDA_ARN}/invocations" \
  --query type --output text)" AWS_PROXY
check "lambda add-permission" like "$(aws lambda add-permission \
  --function-name "${LAMBDA_FUNCTION_NAME}" \
  --statement-id "api-gateway-invoke-${RANDOM_SUFFIX}" \
  --action lambda:InvokeFunction \
  --principal apigateway.amazonaws.com \
  --source-arn "arn:aws:apigateway:${AWS_REGION}::/restapis/${API_ID}/*/*" \
  --query Statement --output text)" "api-gateway-invoke-${RANDOM_SUFFIX}"

echo "== 4. Deployment and stage throttling"
DEPLOYMENT_ID=$(aws apigateway create-deployment \
  --rest-api-id "${API_ID}" \
  --stage-name "${STAGE_NAME}" \
  --stage-description "Production stage with throttling" \
  --description "Initial deployment" \
  --query 'id' --output text)
check "apigateway create-deployment" like "$DEPLOYMENT_ID" '^[a-z0-9]{6,10}$'
check "apigateway update-stage" is "$(aws apigateway update-stage \
  --rest-api-id "${API_ID}" \
  --stage-name "${STAGE_NAME}" \
  --patch-operations \
  op=replace,path=/throttle/rateLimit,value=1000 \
  op=replace,path=/throttle/burstLimit,value=2000 \
  --query stageName --output text)" "$STAGE_NAME"
API_URL="${SLUICE_HTTP_URL}/restapis/${API_ID}/${STAGE_NAME}/_user_request_/data"
echo "API URL: ${API_URL}"

echo "== 5. Usage plans"
PREMIUM_PLAN_ID=$(aws apigateway create-usage-plan \
  --name "Premium-Plan-${RANDOM_SUFFIX}" \
  --description "Premium tier with high limits" \
  --throttle rateLimit=2000,burstLimit=5000 \
  --quota limit=1000000,offset=0,period=MONTH \
  --query 'id' --output text)
STANDARD_PLAN_ID=$(aws apigateway create-usage-plan \
  --name "Standard-Plan-${RANDOM_SUFFIX}" \
  --description "Standard tier with moderate limits" \
  --throttle rateLimit=500,burstLimit=1000 \
  --quota limit=100000,offset=0,period=MONTH \
  --query 'id' --output text)
BASIC_PLAN_ID=$(aws apigateway create-usage-plan \
  --name "Basic-Plan-${RANDOM_SUFFIX}" \
  --description "Basic tier with low limits" \
  --throttle rateLimit=100,burstLimit=200 \
  --quota limit=10000,offset=0,period=MONTH \
  --query 'id' --output text)
for plan in "$PREMIUM_PLAN_ID" "$STANDARD_PLAN_ID" "$BASIC_PLAN_ID"; do
  check "apigateway create-usage-plan" like "$plan" '^[a-z0-9]{6,10}$'
done

echo "== 6. Usage plans and the API stage"
for plan in "$PREMIUM_PLAN_ID" "$STANDARD_PLAN_ID" "$BASIC_PLAN_ID"; do
  check "apigateway update-usage-plan (attach the stage)" is "$(aws apigateway update-usage-plan \
    --usage-plan-id "$plan" \
    --patch-operations op=add,path=/apiStages,value="${API_ID}:${STAGE_NAME}" \
    --query 'apiStages[0].stage' --output text)" "$STAGE_NAME"
done

echo "== 7. API keys"
PREMIUM_KEY_ID=$(aws apigateway create-api-key \
  --name "premium-customer-${RANDOM_SUFFIX}" \
  --description "Premium tier customer API key" \
  --enabled \
  --query 'id' --output text)
STANDARD_KEY_ID=$(aws apigateway create-api-key \
  --name "standard-customer-${RANDOM_SUFFIX}" \
  --description "Standard tier customer API key" \
  --enabled \
  --query 'id' --output text)
BASIC_KEY_ID=$(aws apigateway create-api-key \
  --name "basic-customer-${RANDOM_SUFFIX}" \
  --description "Basic tier customer API key" \
  --enabled \
  --query 'id' --output text)
for key in "$PREMIUM_KEY_ID" "$STANDARD_KEY_ID" "$BASIC_KEY_ID"; do
  check "apigateway create-api-key" like "$key" '^[a-z0-9]{6,10}$'
done

echo "== 8. API keys and usage plans"
attach_key() { # attach_key PLAN KEY
  is "$(aws apigateway create-usage-plan-key \
    --usage-plan-id "$1" \
    --key-type API_KEY \
    --key-id "$2" \
    --query id --output text)" "$2"
}
check "apigateway create-usage-plan-key (premium)" attach_key "$PREMIUM_PLAN_ID" "$PREMIUM_KEY_ID"
check "apigateway create-usage-plan-key (standard)" attach_key "$STANDARD_PLAN_ID" "$STANDARD_KEY_ID"
check "apigateway create-usage-plan-key (basic)" attach_key "$BASIC_PLAN_ID" "$BASIC_KEY_ID"

echo "== 9. API key values"
PREMIUM_KEY_VALUE=$(aws apigateway get-api-key --api-key "${PREMIUM_KEY_ID}" --include-value --query 'value' --output text)
STANDARD_KEY_VALUE=$(aws apigateway get-api-key --api-key "${STANDARD_KEY_ID}" --include-value --query 'value' --output text)
BASIC_KEY_VALUE=$(aws apigateway get-api-key --api-key "${BASIC_KEY_ID}" --include-value --query 'value' --output text)
for value in "$PREMIUM_KEY_VALUE" "$STANDARD_KEY_VALUE" "$BASIC_KEY_VALUE"; do
  check "apigateway get-api-key --include-value" like "$value" '^[A-Za-z0-9]{40}$'
done

echo "== 10. Alarms"
check "cloudwatch put-metric-alarm (throttling)" aws cloudwatch put-metric-alarm \
  --alarm-name "API-High-Throttling-${RANDOM_SUFFIX}" \
  --alarm-description "Alert when API throttling exceeds threshold" \
  --metric-name ThrottleCount \
  --namespace AWS/ApiGateway \
  --statistic Sum \
  --period 300 \
  --threshold 100 \
  --comparison-operator GreaterThanThreshold \
  --evaluation-periods 2 \
  --dimensions Name=ApiName,Value="${API_NAME}" Name=Stage,Value="${STAGE_NAME}"
check "cloudwatch put-metric-alarm (4xx errors)" aws cloudwatch put-metric-alarm \
  --alarm-name "API-High-4xx-Errors-${RANDOM_SUFFIX}" \
  --alarm-description "Alert when 4xx errors exceed threshold" \
  --metric-name 4XXError \
  --namespace AWS/ApiGateway \
  --statistic Sum \
  --period 300 \
  --threshold 50 \
  --comparison-operator GreaterThanThreshold \
  --evaluation-periods 2 \
  --dimensions Name=ApiName,Value="${API_NAME}" Name=Stage,Value="${STAGE_NAME}"
check "cloudwatch describe-alarms" is "$(aws cloudwatch describe-alarms \
  --alarm-name-prefix API-High- --query "length(MetricAlarms[?ends_with(AlarmName, '${RANDOM_SUFFIX}')])" --output text)" 2

echo "== Validation"
check "no key: 403 Forbidden" is "$(curl -s -w ' %{http_code}' -X GET "${API_URL}")" '{"message":"Forbidden"} 403'
for value in "$PREMIUM_KEY_VALUE" "$STANDARD_KEY_VALUE" "$BASIC_KEY_VALUE"; do
  check "with a key: the function's answer" like "$(curl -s -X GET "${API_URL}" -H "X-API-Key: ${value}")" \
    '"message": "Hello from throttled API!", "timestamp": [0-9]+, "requestId": "[0-9a-f-]{36}", "region": "'"$AWS_REGION"'"'
done
check "the recipe's own URL, over TLS" like "$(curl -s --cacert "$(dirname "$AWS_SHARED_CREDENTIALS_FILE")/tls/ca.pem" \
  --connect-to "::${SLUICE_HTTPS_URL#https://}" \
  "https://${API_ID}.execute-api.${AWS_REGION}.amazonaws.com/${STAGE_NAME}/data" -H "X-API-Key: ${PREMIUM_KEY_VALUE}")" 'Hello from throttled API!'

load() { # load REQUESTS CONNECTIONS KEY: sets admitted, refused and seconds from ab's own report
  ab -n "$1" -c "$2" -H "X-API-Key: $3" "${API_URL}" >ab.txt 2>&1 || { cat ab.txt; return 1; }
  seconds=$(awk '/^Time taken for tests/ { print $5 }' ab.txt)
  refused=$(awk '/^Non-2xx responses/ { print $3 }' ab.txt)
  refused=${refused:-0}
  admitted=$(($1 - refused))
  printf '      %s requests on %s connections: %s admitted, %s refused in %s s\n' "$1" "$2" "$admitted" "$refused" "$seconds"
}
within() { awk -v n="$1" -v b="$2" -v r="$3" -v t="$4" 'BEGIN { exit !(n <= b + r * t + 1) }'; } # ADMITTED BURST RATE SECONDS

echo "      a minute's rest would refill any bucket; the Basic bucket needs two seconds"
sleep 2
check "ab, Basic tier" load 1000 50 "${BASIC_KEY_VALUE}"
check "  Basic is throttled" over "${refused:-0}" 0
check "  Basic stays within burst 200 + 100/s" within "${admitted:-9999}" 200 100 "${seconds:-0}"
check "ab, Premium tier" load 1000 50 "${PREMIUM_KEY_VALUE}"
check "  Premium takes the whole load" is "${refused:-x}" 0

echo "== Metrics"
metric() { # metric NAME; the end is exclusive and cut to seconds: now would leave out a period that has just begun
  aws cloudwatch get-metric-statistics \
    --namespace AWS/ApiGateway \
    --metric-name "$1" \
    --dimensions Name=ApiName,Value="${API_NAME}" Name=Stage,Value="${STAGE_NAME}" \
    --statistics Sum \
    --start-time "$(date -u -d '1 hour ago' +%Y-%m-%dT%H:%M:%S)" \
    --end-time "$(date -u -d '1 minute' +%Y-%m-%dT%H:%M:%S)" \
    --period 300 --query 'sum(Datapoints[].Sum)' --output text
}
check "cloudwatch get-metric-statistics Count" over "$(metric Count)" 2003
check "cloudwatch get-metric-statistics ThrottleCount" over "$(metric ThrottleCount)" 100

echo "== Cleanup"
check "cloudwatch delete-alarms" aws cloudwatch delete-alarms \
  --alarm-names "API-High-Throttling-${RANDOM_SUFFIX}" \
  "API-High-4xx-Errors-${RANDOM_SUFFIX}"
for plan in "$PREMIUM_PLAN_ID" "$STANDARD_PLAN_ID" "$BASIC_PLAN_ID"; do
  check "apigateway delete-usage-plan" aws apigateway delete-usage-plan --usage-plan-id "$plan"
done
for key in "$PREMIUM_KEY_ID" "$STANDARD_KEY_ID" "$BASIC_KEY_ID"; do
  check "apigateway delete-api-key" aws apigateway delete-api-key --api-key "$key"
done
check "apigateway delete-rest-api" aws apigateway delete-rest-api --rest-api-id "${API_ID}"
check "lambda delete-function" aws lambda delete-function --function-name "${LAMBDA_FUNCTION_NAME}"
check "iam detach-role-policy" aws iam detach-role-policy \
  --role-name "lambda-execution-role-${RANDOM_SUFFIX}" \
  --policy-arn arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
check "iam delete-role" aws iam delete-role --role-name "lambda-execution-role-${RANDOM_SUFFIX}"
check "the API is gone: 403" is "$(curl -s -o /dev/null -w '%{http_code}' "${API_URL}")" 403

printf '\nrecipe: %d of %d steps passed\n' "$passed" "$total"
[ "$passed" = "$total" ]
