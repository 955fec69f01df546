import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chatTemplates, parseChatTemplate, templateLimits, type Message } from '../../src/index.js'

const code = (value: string): unknown => expect.objectContaining({ code: value })
const messages: readonly Message[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: 'Hello' },
]
const render = (source: string, given = messages): string => parseChatTemplate(source).render(given)

describe('a chat template', () => {
  it('makes one text of a conversation, with the opening of the next turn when asked', () => {
    const template = parseChatTemplate(chatTemplates.chatml)
    const text =
      '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello<|im_end|>\n'
    expect(template.render(messages)).toBe(text)
    expect(template.render(messages, { addGenerationPrompt: true })).toBe(`${text}<|im_start|>assistant\n`)
  })

  it('is given the texts of special tokens', () => {
    const template = parseChatTemplate('{{ bos_token }}{{ messages[1].content }}{{ eos_token }}')
    expect(template.render(messages, { bosToken: '<s>', eosToken: '</s>' })).toBe('<s>Hi</s>')
    expect(template.render(messages)).toBe('Hi')
  })

  it('may use what published templates use', () => {
    expect(
      render(
        "{% set ns = namespace(n=0) %}{% for m in messages if m.role != 'system' %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}",
      ),
    ).toBe('2')
    expect(
      render(
        "{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% else %}{% set rest = messages %}{% endif %}{{ rest|length }}",
      ),
    ).toBe('2')
    expect(
      render('{% macro say(m) %}[{{ m.content | trim }}]{% endmacro %}{% for m in messages %}{{ say(m) }}{% endfor %}'),
    ).toBe('[Be brief.][Hi][Hello]')
    expect(render('{{ messages[2] | tojson }}')).toBe('{"role": "assistant", "content": "Hello"}')
    expect(render('{% for i in range(3) %}{{ i }}{% endfor %}{{ range(4, 0, -2) | join(",") }}')).toBe('0124,2')
    expect(
      render('{% if tools is defined %}tools{% endif %}{% if strftime_now is defined %}clock{% endif %}none'),
    ).toBe('none')
  })

  it('may mark what the assistant says', () => {
    const source =
      "{% for m in messages %}{%- if m.role == 'assistant' %}{%- generation -%} {{ m.content }} {% endgeneration %}{%- endif %}{% endfor %}"
    expect(render(source)).toBe('Hello ')
  })

  it('sees plain data only', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'process', 'globalThis'])
      expect(render(`{{ messages.${name} }}{{ messages[0].${name} }}{{ messages[0]['${name}'] }}{{ ${name} }}`)).toBe(
        '',
      )
  })

  it('is refused when it does not parse or is too long', () => {
    for (const source of ['{% for %}', '{{ ', '{% if x %}', '{{ a b }}'])
      expect(() => parseChatTemplate(source)).toThrow(code('LM-E036'))
    expect(() => parseChatTemplate(' '.repeat(templateLimits.source + 1))).toThrow(code('LM-E037'))
  })

  it('refuses a conversation in its own words, which are told when they stand in the template', () => {
    const alternate = "{{ raise_exception('roles must alternate') }}"
    expect(() => render(alternate)).toThrow(
      expect.objectContaining({ code: 'LM-E036', message: expect.stringContaining('roles must alternate') }),
    )
    const secret: readonly Message[] = [{ role: 'user', content: 'anna@example.org' }]
    for (const leak of [
      '{{ raise_exception(messages[0].content) }}',
      "{{ raise_exception('no ' + messages[0].content) }}",
      '{{ messages[0].content() }}',
      '{{ messages[0].content * 2 }}',
      '{{ foo(**{messages[0].content: 1}) }}',
    ])
      try {
        render(leak, secret)
        expect.unreachable()
      } catch (error) {
        expect(error).toEqual(code('LM-E036'))
        expect(JSON.stringify([error, (error as Error).message, String((error as Error).cause)])).not.toContain('anna')
      }
  })

  it('stops when it works, grows or nests without end', () => {
    const doubling = '{% set ns = namespace(a="x") %}{% for i in range(64) %}{% set ns.a = ns.a + ns.a %}{% endfor %}'
    const laughs = '{% set a = ["ha"] %}' + '{% set a = [a, a] %}'.repeat(40)
    const endless = [
      '{% for i in range(1000000000) %}{% endfor %}',
      '{% for i in range(10000) %}{% for j in range(10000) %}{% for k in range(10000) %}x{% endfor %}{% endfor %}{% endfor %}',
      '{% for i in range(10000) %}{% for j in range(10000) if j %}{% endfor %}{% endfor %}',
      '{{ range(0, 1, 0) }}',
      doubling,
      '{% set a = [namespace(), namespace()] %}' + '{% set a = [a, a] %}'.repeat(40),
      `${laughs}{{ a | tojson }}`,
      `${laughs}{{ a }}`,
      '{% set ns = namespace() %}{% set ns.a = ns %}{{ ns | tojson }}',
      '{% set ns = namespace() %}{% set ns.a = [ns, ns] %}{{ ns.a | tojson }}',
      '{% set ns = namespace(a=[1]) %}{% for i in range(64) %}{% set ns.a = ns.a + ns.a %}{% endfor %}',
    ]
    for (const source of endless) {
      const began = performance.now()
      expect(() => render(source), source.slice(0, 60)).toThrow(code('LM-E037'))
      expect(performance.now() - began).toBeLessThan(15_000)
    }
    const big: readonly Message[] = [{ role: 'user', content: 'x'.repeat(1_000_000) }]
    expect(() => render('{{ messages[0].content | replace("x", messages[0].content) }}', big)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^LM-E03[67]$/) }),
    )
    expect(() => render('{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}')).toThrow(code('LM-E037'))
  })

  it('is refused before it is parsed when it nests too deep', () => {
    const deep = [
      `{{ ${'('.repeat(50_000)}`,
      `{{ ${'not '.repeat(50_000)} x }}`,
      `{{ ${'x if y else '.repeat(50_000)} x }}`,
      `{{ x${'()'.repeat(50_000)} }}`,
      '{% if x %}'.repeat(5_000),
      `{% if x %}${'{% elif x %}'.repeat(5_000)}{% endif %}`,
      '{% set x %}'.repeat(5_000),
    ]
    for (const source of deep) expect(() => parseChatTemplate(source), source.slice(0, 40)).toThrow(code('LM-E037'))
    expect(() => render(`{{ 1${' + 1'.repeat(900)} }}`)).toThrow(code('LM-E037'))
    const siblings =
      '{% if x %}{% elif y %}{% else %}{% endif %}{% set x = 1 %}{% for m in [[1]] %}{% break %}{% endfor %}'
    expect(render(siblings.repeat(300))).toBe('')
  })

  it('leaves room for a long conversation', () => {
    const long = Array.from(
      { length: 1_000 },
      (_, i): Message => ({ role: i % 2 === 0 ? 'user' : 'assistant', content: 'y'.repeat(1_000) }),
    )
    expect(render(chatTemplates.chatml, long).length).toBeGreaterThan(1_000_000)
  })

  it('refuses conversations that are not valid, by place', () => {
    const wrong: readonly unknown[] = [
      7,
      [null],
      [{ role: 'robot', content: 'x' }],
      [{ role: 'user', content: 7 }],
      [{ role: 'user' }],
      Array.from({ length: 1_001 }, () => messages[0]),
      [{ role: 'user', content: 'x'.repeat(2 ** 21) }],
    ]
    for (const each of wrong) expect(() => render('x', each as readonly Message[])).toThrow(code('LM-E038'))
  })

  it('never fails in another way than with a code', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{%',
      '%}',
      'for',
      ' m in ',
      'messages',
      'if',
      ' else ',
      'endfor',
      'endif',
      'set',
      '[',
      ']',
      '.content',
      '|',
      'tojson',
      'trim',
      '+',
      "'a'",
      '(',
      ')',
      ' ',
      '0',
      'loop.index',
      'namespace',
      '=',
      ',',
      '-',
      'x',
      'macro',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
        try {
          expect(typeof render(pieces.join(''))).toBe('string')
        } catch (error) {
          expect(error).toEqual(expect.objectContaining({ code: expect.stringMatching(/^LM-E03[67]$/) }))
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
