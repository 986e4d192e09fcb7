import type { ExampleRequest } from '../example-requests.ts'

const observed = (dataset: string, ...years: number[]) => years.map(year => ({ dataset, year }))

export const closureExamples: readonly ExampleRequest[] = [
  {
    name: 'closure-of-1600',
    operation: 'closeTotal',
    summary:
      "The founding report's RMB 1,600 亿 in 2025: 23,520 combinations of published sizes, flat or grown, at its penetrations",
    body: {
      total: 1600,
      unit: '亿元',
      segments: [
        {
          id: 'web-literature',
          penetration: 0.7,
          candidates: [
            ...observed('weblit_cass', 2021, 2022, 2024, 2025),
            ...observed('weblit_cadpa', 2021, 2024),
            { dataset: 'weblit_cass', year: 2021, growth: { rate: 0.086, years: 4 } },
          ],
        },
        {
          id: 'text-analytics',
          penetration: 0.6,
          candidates: [
            null,
            ...observed('nlp_china', 2021, 2024),
            { dataset: 'nlp_china', year: 2024, growth: { rate: 0.3, years: 1 } },
          ],
        },
        {
          id: 'painting-images',
          penetration: 0.6,
          candidates: [null, ...observed('art_china', 2022, 2021)],
        },
        {
          id: 'digital-music',
          penetration: 0.5,
          candidates: [
            ...observed('music_frost', 2020, 2022),
            ...observed('music_online_cadpa', 2022, 2024),
            { dataset: 'music_frost', year: 2020, growth: { rate: 0.314, years: 5 } },
            ...observed('music_total_cadpa', 2021, 2022, 2024),
          ],
        },
        {
          id: 'web-video',
          penetration: 0.3,
          candidates: [
            ...observed('video_long', 2021, 2020),
            ...observed('video_online', 2019, 2025),
            ...observed('video_av_total', 2021, 2022, 2024),
          ],
        },
        {
          id: 'games',
          penetration: 0.25,
          candidates: [
            ...observed('games_gpc', 2021, 2022, 2024, 2025),
            { dataset: 'games_gpc', year: 2021, growth: { rate: 0.064, years: 4 } },
          ],
        },
      ],
      show: 5,
    },
  },
  {
    name: 'closure-with-iimedia-music',
    operation: 'closeTotal',
    summary: 'Four segments at their sizes of 2021, with the music that the report names: 1,600.7',
    body: {
      total: 1600,
      tolerance: 0.001,
      segments: [
        { id: 'web-literature', penetration: 0.7, candidates: observed('weblit_cass', 2021) },
        { id: 'text-analytics', penetration: 0.6, candidates: [null] },
        { id: 'painting-images', penetration: 0.6, candidates: [null] },
        { id: 'digital-music', penetration: 0.5, candidates: observed('iimedia_digital_music', 2021) },
        { id: 'web-video', penetration: 0.3, candidates: observed('video_long', 2021) },
        { id: 'games', penetration: 0.25, candidates: observed('games_gpc', 2021) },
      ],
    },
  },
]
