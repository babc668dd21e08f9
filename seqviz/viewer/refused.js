// Why a file is not read, as a key of the words and its facts.

export class Refused extends Error {
  constructor(why, facts = {}) {
    super(why);
    Object.assign(this, { key: `gallery.bad.${why}`, facts });
  }
}
