/** What `pipelines init` writes. Its comments are the tutorial, so they stay true: a test runs it. */
export const firstPipeline = String.raw`# yaml-language-server: $schema=./pipeline.schema.json
# The line above lets an editor complete and check this file (VS Code: the YAML extension).
#
# This pipeline counts the words of two poems and puts the counts side by side. It needs a shell and nothing else.
#   pipelines run first.yaml
name: first

# Values to play with. In the tasks they are \${{ params.name }}; on the command line: -p top=3
params:
  poems: [tyger, rose]
  top: 5

tasks:
  # A task has a kind ("uses"). exec runs a shell command; "pipelines tasks" lists the other kinds.
  count:
    uses: exec
    # It runs once for each value: count(poem=tyger) and count(poem=rose), side by side.
    matrix: { poem: '\${{ params.poems }}' }
    # Everything it reads is declared, and so is everything it writes. The command starts in an empty folder:
    # $INPUT_<NAME> and $OUTPUT_<NAME> say where its files are.
    inputs: { text: './texts/\${{ matrix.poem }}.txt' }
    with:
      run: tr 'A-Z' 'a-z' < $INPUT_TEXT | tr -cs 'a-z' '\n' | grep . | sort | uniq -c | sort -k1,1nr -k2 > $OUTPUT_COUNTS
    outputs: { counts: counts.txt }

  # It reads what count wrote. Both have the axis "poem", so each instance reads that of the same poem.
  # Change a poem, and only its own count and top run again.
  top:
    uses: exec
    matrix: { poem: '\${{ params.poems }}' }
    inputs: { counts: count.counts }
    with:
      # -p top=3 changes this command: top and compare run again, count does not.
      run: head -n \${{ params.top }} $INPUT_COUNTS > $OUTPUT_WORDS
    outputs: { words: words.txt }

  # It has no axis of its own, so it reads all instances, in order: $INPUT_WORDS_1, $INPUT_WORDS_2.
  # If they come out the same as before, it stays cached.
  compare:
    uses: exec
    inputs: { words: top.words }
    with:
      run: paste $INPUT_WORDS_1 $INPUT_WORDS_2 > $OUTPUT_REPORT
    outputs: { report: report.txt }
`.replaceAll('\\$', '$');

/** William Blake, Songs of Experience, 1794. */
export const tyger = `\
Tyger Tyger, burning bright,
In the forests of the night;
What immortal hand or eye,
Could frame thy fearful symmetry?

In what distant deeps or skies,
Burnt the fire of thine eyes?
On what wings dare he aspire?
What the hand, dare seize the fire?
`;

/** William Blake, Songs of Experience, 1794. */
export const rose = `\
O Rose thou art sick.
The invisible worm,
That flies in the night
In the howling storm:

Has found out thy bed
Of crimson joy:
And his dark secret love
Does thy life destroy.
`;
