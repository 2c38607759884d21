import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of random choices. The same seed parts give the same stream on every machine. */
export interface Random {
  /** In [0, 1). */
  fraction(): number;
  /** Between two bounds, both included. */
  integer(from: number, to: number): number;
  /** One of a list that is not empty. */
  pick<Item>(items: readonly Item[]): Item;
  shuffled<Item>(items: readonly Item[]): Item[];
}

/** Streams with different parts are independent: `seeded('held-out', 1)` shares nothing with `seeded('shards', 1)`. */
export function seeded(...parts: readonly (string | number)[]): Random {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => digest.readInt32LE(offset)));
  const integer = (from: number, to: number) => uniformInt(generator, from, to);
  return {
    fraction: () => uniformFloat64(generator),
    integer,
    pick: <Item>(items: readonly Item[]) => items[integer(0, items.length - 1)] as Item,
    shuffled<Item>(items: readonly Item[]) {
      const order = [...items];
      for (let last = order.length - 1; last > 0; last -= 1) {
        const other = integer(0, last);
        [order[last], order[other]] = [order[other] as Item, order[last] as Item];
      }
      return order;
    },
  };
}
