import { scripted } from './scripted.js';

/**
 * The function gets a name of its own, since PHP cannot declare one twice. It lives in a namespace, where an
 * unqualified `readline()` is ours: standard input brings the programs.
 */
const script = String.raw`
namespace World;
error_reporting(0);
$input = [];
function readline() { global $input; return \array_shift($input) ?? false; }
foreach (json_decode(stream_get_contents(STDIN), true) as $number => $program) {
    $name = $program['entryPoint'] . '_' . $number;
    $text = str_replace('function ' . $program['entryPoint'] . '(', 'function ' . $name . '(', $program['text']);
    ob_start();
    try {
        eval('namespace World; use Error; ' . "\n" . $text);
    } catch (\ParseError $error) {
        ob_end_clean();
        echo json_encode(['kind' => 'syntax-error']), "\n";
        continue;
    } catch (\Throwable $error) {
        ob_end_clean();
        echo json_encode(['kind' => 'ran', 'calls' => array_fill(0, count($program['calls']), 'error')]), "\n";
        continue;
    }
    ob_end_clean();
    $calls = [];
    foreach ($program['calls'] as $call) {
        $input = $call['input'] ?? [];
        ob_start();
        try {
            $value = ('World\\' . $name)(...$call['arguments']);
            $calls[] = ['value' => $value, 'printed' => ob_get_clean()];
        } catch (\Throwable $error) {
            ob_end_clean();
            $calls[] = 'error';
        }
    }
    echo json_encode(['kind' => 'ran', 'calls' => $calls]), "\n";
}
`;

export const realPhp = scripted('php', ['-r', script]);
