/**
 * Rows of numbers that only grow: a journal's entries, a ledger's trades.
 *
 * Rows lie in blocks that are never copied when the table grows, so writing one costs its numbers and nothing else.
 */
import { giveColumn, takeColumn } from '../feeds/column-pool.ts';

const NOTHING: Float64Array = new Float64Array(0);
const FIRST_ROWS = 256;
const BLOCK_BITS = 13;
const BLOCK_ROWS = 1 << BLOCK_BITS;

export class Table {
  readonly width: number;
  private readonly blocks: Float64Array[] = [];
  private block = NOTHING;
  /** Place of the next number in the newest block. */
  private at = 0;
  private rows = 0;

  constructor(width: number) {
    this.width = width;
  }

  get length(): number {
    return this.rows;
  }

  /**
   * Makes room for a row and returns the block it lies in; its numbers go to `start` … `start + width − 1`.
   * Write them before the next call.
   */
  next(): Float64Array {
    if (this.at === this.block.length) {
      // The first block is small: most runs of a sweep write little.
      this.block = takeColumn(this.width * (this.blocks.length === 0 ? FIRST_ROWS : BLOCK_ROWS));
      this.blocks.push(this.block);
      this.at = 0;
    }
    this.start = this.at;
    this.at += this.width;
    this.rows++;
    return this.block;
  }

  /** Where the row that `next` made begins. */
  start = 0;

  /** The block and place of a row. */
  locate(row: number): { block: Float64Array; start: number } {
    if (row < FIRST_ROWS) return { block: this.blocks[0], start: row * this.width };
    const after = row - FIRST_ROWS;
    return { block: this.blocks[1 + (after >> BLOCK_BITS)], start: (after & (BLOCK_ROWS - 1)) * this.width };
  }

  get(row: number, field: number): number {
    if (row < FIRST_ROWS) return this.blocks[0][row * this.width + field];
    const after = row - FIRST_ROWS;
    return this.blocks[1 + (after >> BLOCK_BITS)][(after & (BLOCK_ROWS - 1)) * this.width + field];
  }

  /** Gives its memory back and is empty from here on. */
  release(): void {
    for (const block of this.blocks.splice(0)) giveColumn(block);
    this.block = NOTHING;
    this.at = 0;
    this.rows = 0;
  }

  /** All rows in one array. */
  toArray(): Float64Array {
    const all = new Float64Array(this.rows * this.width);
    let at = 0;
    for (const block of this.blocks) {
      const used = Math.min(block.length, all.length - at);
      all.set(block.subarray(0, used), at);
      at += used;
    }
    return all;
  }
}
