# Signs requests with botocore's own signer; prints one per line, tab-separated: method, path, query, body, headers.
import botocore.auth
import botocore.awsrequest
import botocore.credentials

CREDENTIALS = botocore.credentials.Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
CASES = [
    ("GET", "/restapis", "", {}),
    ("GET", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fa1b2", "", {}),
    ("GET", "/apikeys?name=a%20b%2Bc%3D%26&includeValues=true&limit=25", "", {}),
    ("GET", "/tags/x?tagKeys=b&tagKeys=a&tagKeys=B", "", {}),
    ("DELETE", "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af%3A%24LATEST", "", {}),
    ("POST", "/2015-03-31/functions/f/invocations", '{"a": "\u00e9"}', {"X-Amz-Log-Type": "Tail", "X-Amz-Client-Context": "e30="}),
    ("POST", "/", "Action=GetCallerIdentity&Version=2011-06-15", {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}),
    ("PATCH", "/restapis/a1b2/resources/%28none%29", '{"patchOperations":[]}', {"Accept": "application/json"}),
    ("GET", "/a/b/../c/./d//e/", "", {}),
    ("GET", "/x?empty=&bare&k=%E1%88%B4", "", {}),
]
for method, url, body, headers in CASES:
    request = botocore.awsrequest.AWSRequest(method=method, url="http://localhost:4566" + url, data=body.encode(), headers=headers)
    botocore.auth.SigV4Auth(CREDENTIALS, "apigateway", "us-east-1").add_auth(request)
    prepared = request.prepare()
    path, _, query = prepared.url[len("http://localhost:4566"):].partition("?")
    lines = ["Host: localhost:4566"]
    for name, value in prepared.headers.items():
        text = value.decode() if isinstance(value, bytes) else value
        lines.append(name + ": " + text)
    print("\t".join([method, path, query, body, "\x1f".join(lines)]))
for service in ("sts", "apigateway"):
    request = botocore.awsrequest.AWSRequest(method="GET", url="http://localhost:4566/restapis?b=2&a=1%2F2")
    botocore.auth.SigV4QueryAuth(CREDENTIALS, service, "us-east-1", expires=60).add_auth(request)
    path, _, query = request.prepare().url[len("http://localhost:4566"):].partition("?")
    print("\t".join(["GET", path, query, "", "Host: localhost:4566"]))
