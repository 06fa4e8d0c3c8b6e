/**
 * The shell of a page with charts: one file that needs nothing else, with a policy that lets it load nothing else and
 * run no script but its own.
 */
import { sha256, utf8 } from '../../base/sha256.ts';
import { embeddedJson, escape } from './escape.ts';

export interface InteractivePage {
  readonly title: string;
  readonly css: string;
  /** Markup inside `<main>`. */
  readonly body: string;
  /** What the script reads, as JSON. */
  readonly data: unknown;
  readonly script: string;
}

/** Returns the page as one HTML document. */
export function interactivePage({ title, css, body, data, script: code }: InteractivePage): string {
  const script = code.replaceAll('</script', '<\\/script');
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Tradedeck">
<title>${escape(title)}</title>
<link rel="icon" href="data:,">
<style>${css}</style>
</head>
<body>
<main>
${body}<footer><p>Past results, and simulated ones even more so, do not promise future ones.</p></footer>
</main>
<script type="application/json" id="report-data">${embeddedJson(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** The name of an inline script in a content security policy: `sha256-` and the digest in base64. */
function hashOf(script: string): string {
  const hex = sha256(utf8(script));
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let bits = '';
  for (const digit of hex) bits += Number.parseInt(digit, 16).toString(2).padStart(4, '0');
  let text = '';
  for (let i = 0; i < bits.length; i += 6) text += letters[Number.parseInt(bits.slice(i, i + 6).padEnd(6, '0'), 2)];
  return `sha256-${text.padEnd(44, '=')}`;
}
