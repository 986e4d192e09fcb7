/**
 * Nonlinear regressions of the Statistical Reference Datasets of NIST: data, both starts, and the certified
 * parameters, standard errors and residual sums of squares. The standard errors of Rat42 and Rat43 are recalled.
 */
export const nist = {
  Misra1a: {
    model: 'exponential-saturation',
    x: [77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0],
    y: [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.4, 75.47, 81.78],
    starts: [
      [500, 1e-4],
      [250, 5e-4],
    ],
    parameters: [2.3894212918e2, 5.5015643181e-4],
    standardErrors: [2.7070075241, 7.2668688436e-6],
    residualSumOfSquares: 1.2455138894e-1,
  },
  Rat42: {
    model: 'logistic',
    x: [9, 14, 21, 28, 42, 57, 63, 70, 79],
    y: [8.93, 10.8, 18.59, 22.33, 39.35, 56.11, 61.73, 64.62, 67.08],
    starts: [
      [100, 1, 0.1],
      [75, 2.5, 0.07],
    ],
    parameters: [7.2462237576e1, 2.6180768402, 6.7359200066e-2],
    standardErrors: [1.7340283401, 8.8295217536e-2, 3.4465663377e-3],
    residualSumOfSquares: 8.0565229338,
  },
  Rat43: {
    model: 'richards',
    x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    y: [
      16.08, 33.83, 65.8, 97.2, 191.55, 326.2, 386.87, 520.53, 590.03, 651.92, 724.93, 699.56, 689.96, 637.56,
      717.41,
    ],
    starts: [
      [100, 10, 1, 1],
      [700, 5, 0.75, 1.3],
    ],
    parameters: [6.996415127e2, 5.2771253025, 7.5962938329e-1, 1.2792483859],
    standardErrors: [1.6302297817e1, 2.0828735829, 1.9566123451e-1, 6.8761936385e-1],
    residualSumOfSquares: 8.786404908e3,
  },
} as const
