// Codes of what a trace has to say about itself, and how they are told. As seqviz.trace.notices;
// plain: those that have no facts.

const UNAPPLIED = "unapplied:";
const TAG_UNKNOWN = "tag_unknown:";
const SETTING = /^[A-Za-z_]\w{0,59}(=[\w.+-]{1,30})?$/;
const OTHER_LANGUAGE = /^other_language:([a-z]{2}):([a-z]{2})$/;
const UNCHOSEN = /^unchosen:(source|target|instruction):(.*)$/;
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
const LONGEST_NOTICE = 40_000;
const FEW_LANGUAGES = 20;

export function isNotice(code, plain) {
  if (code.startsWith(UNAPPLIED)) return SETTING.test(code.slice(UNAPPLIED.length));
  if (plain.includes(code) || OTHER_LANGUAGE.test(code)) return true;
  const isNamed = UNCHOSEN.test(code) || (code.startsWith(TAG_UNKNOWN) && code.length > TAG_UNKNOWN.length);
  return isNamed && !INVISIBLE.test(code) && code.length <= LONGEST_NOTICE;
}

// [key, facts] of each, settings that are not applied together and last.
export function toldNotices(codes, plain) {
  const found = [...new Set(codes)];
  const settings = found.filter((code) => code.startsWith(UNAPPLIED)).map((code) => code.slice(UNAPPLIED.length));
  const others = found.map((code) => toldNotice(code, plain)).filter(Boolean);
  return settings.length ? [...others, ["unapplied", { settings: settings.join(", ") }]] : others;
}

function toldNotice(code, plain) {
  if (plain.includes(code)) return [code, {}];
  const [, found, read] = OTHER_LANGUAGE.exec(code) ?? [];
  if (found) return ["other_language", { found: `language.${found}`, read: `language.${read}` }];
  if (code.startsWith(TAG_UNKNOWN)) return ["tag_unknown", { found: code.slice(TAG_UNKNOWN.length) }];
  const [, what, list] = UNCHOSEN.exec(code) ?? [];
  return what ? toldChoices(what, list.split("|").filter(Boolean)) : null;
}

function toldChoices(what, choices) {
  if (what === "instruction") return choices.length ? ["instruction_unchosen", { choices: choices.join(" | ") }] : ["instruction_missing", {}];
  const more = choices.length > FEW_LANGUAGES ? ` … (${choices.length})` : "";
  const facts = { choices: choices.toSorted().slice(0, FEW_LANGUAGES).join(", ") + more };
  return [`${what}_unchosen`, what === "source" ? { ...facts, found: choices[0] } : facts];
}
