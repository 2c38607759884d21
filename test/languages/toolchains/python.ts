import { scripted } from './scripted.js';

const script = `
import contextlib, copy, io, json, sys, warnings
warnings.simplefilter('ignore')
class Strict(json.JSONEncoder):
    def default(self, value): raise TypeError
for program in json.load(sys.stdin):
    scope = {}
    try:
        code = compile(program['text'], 'program', 'exec')
    except (SyntaxError, ValueError):
        print(json.dumps({'kind': 'syntax-error'}), flush=True)
        continue
    calls = []
    try:
        exec(code, scope)
        function = scope[program['entryPoint']]
    except BaseException:
        function = None
    for call in program['calls']:
        printed = io.StringIO()
        sys.stdin = io.StringIO(''.join(line + '\\n' for line in call.get('input', [])))
        try:
            with contextlib.redirect_stdout(printed):
                value = function(*copy.deepcopy(call['arguments']))
        except BaseException:
            calls.append('error')
            continue
        try:
            calls.append({'value': json.loads(json.dumps(value, cls=Strict)), 'printed': printed.getvalue()})
        except (TypeError, ValueError):
            calls.append('other')
    print(json.dumps({'kind': 'ran', 'calls': calls}), flush=True)
`;

export const realPython = scripted('python3', ['-I', '-c', script]);
