# SPDX-FileCopyrightText: The Sluice authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a Python handler: loads it, then answers one event after the other on a unix socket.

Started as: python -I -S bootstrap.py SOCKET MARKER. Two connections are made to SOCKET: frames, then logs (standard output and error).
Frames are big-endian. In:  u32 length of the rest, u64 deadline (epoch ms), u16 lengths of request id, function ARN and trace id, u32 lengths
of client context and identity, those texts, the event. Out: u32 length of the rest, u8 type, u8 flags, the payload.
Only what every start needs is imported here, since each import is paid at each cold start.
"""
import sys
import os
import io
import time
import _socket
from _struct import Struct

READY, RETURNED, FAILED, INIT_FAILED = 0, 1, 2, 3
LOGGED = 1
MAX_RESPONSE = 6291556
HEAD = Struct('>IQHHHII')
OUT = Struct('>IBB')


def connect(path):
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    connection.connect(path)
    return connection


class LogFile(io.FileIO):
    """Standard output or error; remembers that it was written to, so that quiet calls cost nothing."""

    written = False

    def write(self, data):
        LogFile.written = True
        return super().write(data)


def text_stream(descriptor):
    raw = io.BufferedWriter(LogFile(descriptor, 'wb', closefd=False))
    return io.TextIOWrapper(raw, encoding='utf-8', errors='backslashreplace', line_buffering=True)


class ClientContext:
    def __init__(self, given):
        client = given.get('client')
        self.custom = given.get('custom')
        self.env = given.get('env')
        self.client = Client(client) if isinstance(client, dict) else None


class Client:
    def __init__(self, given):
        for name in ('installation_id', 'app_title', 'app_version_name', 'app_version_code', 'app_package_name'):
            setattr(self, name, given.get(name))


class CognitoIdentity:
    def __init__(self, given):
        self.cognito_identity_id = given.get('cognitoIdentityId')
        self.cognito_identity_pool_id = given.get('cognitoIdentityPoolId')


class LambdaContext:
    function_name = os.environ['AWS_LAMBDA_FUNCTION_NAME']
    function_version = os.environ['AWS_LAMBDA_FUNCTION_VERSION']
    memory_limit_in_mb = os.environ['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']
    log_group_name = os.environ['AWS_LAMBDA_LOG_GROUP_NAME']
    log_stream_name = os.environ['AWS_LAMBDA_LOG_STREAM_NAME']

    def __init__(self, request_id, arn, deadline, client_context, identity):
        self.aws_request_id = request_id
        self.invoked_function_arn = arn
        self.client_context = client_context
        self.identity = identity
        self._deadline = deadline

    def get_remaining_time_in_millis(self):
        return max(self._deadline - int(time.time() * 1000), 0)

    def log(self, message):
        sys.stdout.write(message if isinstance(message, str) else str(message))

    def __repr__(self):
        return 'LambdaContext(aws_request_id=%s,function_name=%s,invoked_function_arn=%s)' % (
            self.aws_request_id, self.function_name, self.invoked_function_arn)


class LoggingHook:
    """Gives the logging module Lambda's handler and format as soon as, and only if, the user's code imports it."""

    request_id = ''

    def find_spec(self, name, path=None, target=None):
        if name != 'logging':
            return None
        sys.meta_path.remove(self)
        from importlib.util import find_spec
        spec = find_spec(name)
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            install_log_handler(module)
        spec.loader.exec_module = exec_module
        return spec


def install_log_handler(logging):
    class LambdaLogHandler(logging.Handler):
        def emit(self, record):
            sys.stdout.write(self.format(record) + '\n')

    class RequestFilter(logging.Filter):
        def filter(self, record):
            record.aws_request_id = LoggingHook.request_id
            return True

    handler = LambdaLogHandler()
    formatter = logging.Formatter('[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s',
                                  '%Y-%m-%dT%H:%M:%S')
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(RequestFilter())
    logging.root.addHandler(handler)


def module_path():
    root = os.environ['LAMBDA_TASK_ROOT']
    version = 'python%d.%d' % sys.version_info[:2]
    extra = [part for part in os.environ.get('PYTHONPATH', '').split(':') if part]
    layers = ['/opt/python/lib/%s/site-packages' % version, '/opt/python']
    installed = [os.path.join(sys.base_prefix, 'lib', version, 'site-packages'), '/usr/lib/python3/dist-packages']
    # The first entry is the bootstrap's own folder.
    sys.path[:1] = [root] + extra + [path for path in layers if os.path.isdir(path)]
    sys.path += [path for path in installed if os.path.isdir(path)]


def error(error_type, message, request_id='', trace=()):
    return {'errorMessage': message, 'errorType': error_type, 'requestId': request_id, 'stackTrace': list(trace)}


def raised(problem, request_id='', skip=1):
    """What the caller gets for an exception; the bootstrap's own frames are left out."""
    import traceback
    trace = traceback.format_list(traceback.extract_tb(problem.__traceback__)[skip:])
    return error(type(problem).__name__, str(problem), request_id, trace)


def log_error(described):
    lines = ['[ERROR] %s: %s' % (described['errorType'], described['errorMessage'])]
    if described['stackTrace']:
        lines.append('Traceback (most recent call last):')
        lines += [part.rstrip('\n') for part in described['stackTrace']]
    sys.stdout.write('\n'.join(lines) + '\n')


def load(handler):
    """The handler function, or a description of why there is none."""
    module_name, dot, function_name = handler.rpartition('.')
    if not dot or not module_name:
        return None, error('Runtime.MalformedHandlerName',
                           "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % handler)
    module_name = module_name.replace('/', '.')
    try:
        __import__(module_name)
        module = sys.modules[module_name]
    except ImportError as problem:
        return None, error('Runtime.ImportModuleError', "Unable to import module '%s': %s" % (module_name, problem))
    except SyntaxError as problem:
        place = '  File "%s" Line %s\n    %s' % (problem.filename, problem.lineno, problem.text)
        return None, error('Runtime.UserCodeSyntaxError', "Syntax error in module '%s': %s" % (module_name, problem),
                           '', [place])
    except Exception as problem:
        return None, raised(problem)
    try:
        return getattr(module, function_name), None
    except AttributeError:
        return None, error('Runtime.HandlerNotFound',
                           "Handler '%s' missing on module '%s'" % (function_name, module_name))


class Runtime:
    def __init__(self, connection, logs, marker):
        import json
        self.connection = connection
        self.logs = logs
        self.log_descriptor = logs.fileno()
        self.marker = b'\0' + marker.encode()
        self.buffer = bytearray(65536)
        self.decode = json.JSONDecoder().decode
        self.encode = json.JSONEncoder(ensure_ascii=False).encode
        self.pid = os.getpid()
        self.trace = None
        try:
            from fcntl import ioctl
            self.ioctl = ioctl
        except ImportError:
            self.ioctl = None

    def receive(self):
        """The next frame as a view of its bytes."""
        buffer = self.buffer
        have = self.connection.recv_into(buffer)
        while 0 < have < HEAD.size:
            count = self.connection.recv_into(memoryview(buffer)[have:])
            have = have + count if count else 0
        if not have:
            leave(0)
        length = HEAD.unpack_from(buffer)[0] + 4
        if length > len(buffer):
            buffer = bytearray(length)
            buffer[:have] = memoryview(self.buffer)[:have]
        view = memoryview(buffer)
        while have < length:
            count = self.connection.recv_into(view[have:])
            if not count:
                leave(0)
            have += count
        return view[:length]

    def send(self, kind, payload, flags=0):
        self.connection.sendall(OUT.pack(len(payload) + 2, kind, flags) + payload)

    def finish_logs(self, request_id):
        """Ends the call's part of the log; says whether the host has to wait for the marker."""
        sys.stdout.flush()
        sys.stderr.flush()
        # SIOCOUTQ: bytes that a child process or C code wrote and the host has not read yet.
        if not LogFile.written and self.ioctl:
            if self.ioctl(self.log_descriptor, 0x5411, b'\0\0\0\0') == b'\0\0\0\0':
                return 0
        LogFile.written = False
        self.logs.sendall(self.marker + request_id.encode() + b'\n')
        return LOGGED

    def serve(self, handler):
        while True:
            self.answer(handler, self.receive())

    def answer(self, handler, frame):
        _, deadline, id_length, arn_length, trace_length, client_length, identity_length = HEAD.unpack_from(frame)
        texts = []
        at = HEAD.size
        for length in (id_length, arn_length, trace_length, client_length, identity_length):
            texts.append(str(frame[at:at + length], 'utf-8') if length else '')
            at += length
        request_id, arn, trace, client, identity = texts
        LoggingHook.request_id = request_id
        if trace != self.trace:
            self.trace = trace
            os.environ['_X_AMZN_TRACE_ID'] = trace
        kind, payload = self.call(handler, frame[at:], request_id, arn, deadline, client, identity)
        if os.getpid() != self.pid:
            leave(0)  # a forked child that came back from the handler
        self.send(kind, payload, self.finish_logs(request_id))

    def call(self, handler, event, request_id, arn, deadline, client, identity):
        try:
            event = self.decode(str(event, 'utf-8')) if event else {}
            client = ClientContext(self.decode(client)) if client else None
        except ValueError as problem:
            return self.failed(error('Runtime.UnmarshalError', 'Unable to unmarshal input: %s' % problem, request_id))
        identity = CognitoIdentity(self.decode(identity) if identity else {})
        try:
            result = handler(event, LambdaContext(request_id, arn, deadline, client, identity))
        except Exception as problem:
            return self.failed(raised(problem, request_id))
        try:
            payload = self.encode(result).encode('utf-8')
        except Exception as problem:
            return self.failed(error('Runtime.MarshalError', 'Unable to marshal response: %s' % problem, request_id))
        if len(payload) > MAX_RESPONSE:
            return self.failed(error('Function.ResponseSizeTooLarge',
                                     'Response payload size exceeded maximum allowed payload size (%d bytes).'
                                     % MAX_RESPONSE, request_id))
        return RETURNED, payload

    def failed(self, described):
        log_error(described)
        return FAILED, self.encode(described).encode('utf-8', 'replace')


def leave(code):
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
    os._exit(code)


def main():
    connection, logs = connect(sys.argv[1]), connect(sys.argv[1])
    os.dup2(logs.fileno(), 1)
    os.dup2(logs.fileno(), 2)
    sys.stdout, sys.stderr = text_stream(1), text_stream(2)
    sys.__stdout__, sys.__stderr__ = sys.stdout, sys.stderr
    runtime = Runtime(connection, logs, sys.argv[2])
    del sys.argv[1:]
    module_path()
    sys.meta_path.insert(0, LoggingHook())
    if 'logging' in sys.modules:
        install_log_handler(sys.modules['logging'])
    try:
        handler, problem = load(os.environ['_HANDLER'])
        if problem:
            log_error(problem)
            runtime.send(INIT_FAILED, runtime.encode(problem).encode('utf-8', 'replace'), runtime.finish_logs('init'))
            leave(1)
        runtime.send(READY, b'')
        runtime.serve(handler)
    except SystemExit as problem:
        code = problem.code
        leave(code if isinstance(code, int) else 0 if code is None else 1)
    except BaseException as problem:
        log_error(raised(problem, LoggingHook.request_id, 0))
        leave(1)


main()
