import { formula } from '../../sheet/formula.ts'
import type { Handle, Sheet } from '../../sheet/sheet.ts'
import type { Accelerator } from '../catalogue.ts'
import { fromCatalogue } from '../model.ts'
import { quantities } from './quantities.ts'
import { servingOverheadFormulas } from './serving-overheads.ts'

/** Whether what a device holds fits it, each formula written once. */
export const fitFormulas = {
  share: formula({
    text: 'T / U',
    symbols: ['T', 'U'],
    inputUnits: ['byte', 'byte'],
    unit: '1',
    fn: (total, usable) => total / usable,
  }),
  fits: formula({
    text: 'min(1, floor(U / T))',
    symbols: ['T', 'U'],
    inputUnits: ['byte', 'byte'],
    unit: '1',
    fn: (total, usable) => Math.min(1, Math.floor(usable / total)),
  }),
} as const

/** Writes the memory of a device as sold. */
export function writeDeviceMemory(sheet: Sheet, { memory }: Accelerator): Handle<'byte'> {
  return sheet.input(quantities.deviceMemory, memory.value, fromCatalogue(memory))
}

/** Writes what programs see of it. */
export function writeUsable(sheet: Sheet, memory: Handle<'byte'>): Handle<'byte'> {
  return sheet.derive(quantities.usableBytesPerDevice, servingOverheadFormulas.visible, [memory])
}

/** Memory that programs see on a device, in bytes. */
export function usableBytes({ memory }: Accelerator): number {
  return servingOverheadFormulas.visible.fn(memory.value)
}

/** The share of the memory that is taken, and whether that is at most all of it. */
export function writeFit(sheet: Sheet, total: Handle<'byte'>, usable: Handle<'byte'>): readonly Handle[] {
  return [
    sheet.derive(quantities.memoryShare, fitFormulas.share, [total, usable]),
    sheet.derive(quantities.fits, fitFormulas.fits, [total, usable]),
  ]
}
