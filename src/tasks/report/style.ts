import { layout } from './style-layout.js';

/** The page's colours: light, dark and print from one set of variables. Each is at least 4.5:1 on its ground where it is text. */
const colours = `
:root {
  color-scheme: light dark;
  --surface: #fbfaf6; --card: #ffffff; --ink: #1b1d22; --muted: #5b5f68; --rule: #e4dfd3; --strong: #8b8677;
  --python: #2463ab; --php: #c2471c; --csharp: #12735c; --go: #7b4aa0; --cpp: #8a6100; --other: #5b5f68;
  --confirmed: #14733f; --refuted: #b02f24; --inconclusive: #855a00; --not-tested: #5b5f68;
}
@media (prefers-color-scheme: dark) {
  :root {
    --surface: #121419; --card: #1a1d23; --ink: #ebe8e1; --muted: #a3a6ae; --rule: #2c3038; --strong: #6d7079;
    --python: #82b5f2; --php: #f4946c; --csharp: #5fcaa9; --go: #c9a3e6; --cpp: #dfb650; --other: #a3a6ae;
    --confirmed: #63d197; --refuted: #f39286; --inconclusive: #e6b95a; --not-tested: #a3a6ae;
  }
}
@media print {
  :root {
    color-scheme: light;
    --surface: #fff; --card: #fff; --ink: #000; --muted: #444; --rule: #bbb; --strong: #777;
    --python: #1f5c9e; --php: #b03c12; --csharp: #0f6450; --go: #6f4390; --cpp: #745200; --other: #444;
    --confirmed: #0f6135; --refuted: #9c2d22; --inconclusive: #6f4c00; --not-tested: #444;
  }
}
.confirmed { --verdict: var(--confirmed); } .refuted { --verdict: var(--refuted); }
.inconclusive { --verdict: var(--inconclusive); } .not-tested { --verdict: var(--not-tested); }
`;

/** The page's whole style; no font or file is fetched. */
export const style = `${colours}${layout}`;
