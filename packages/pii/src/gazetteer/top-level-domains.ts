/** Endings of domain names: generic ones in common use, and those of countries (ISO 3166 codes that are delegated). */
const generic =
  'com org net edu gov mil int info biz name pro app dev io ai co online shop store tech site website xyz cloud blog live life ' +
  'world today news email company agency digital media network solutions services group global health care clinic hospital ' +
  'museum jobs mobi travel tel cat asia post coop aero example test invalid'
const countries =
  'ac ad ae af ag al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch ci ck ' +
  'cl cm cn cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr ' +
  'gt gu gw gy hk hm hn hr ht hu id ie il im in iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt ' +
  'lu lv ly ma mc me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph ' +
  'pk pn pr pt pw qa re ro rs ru rw sa sb sc sd se sg si sk sl sm sn so sr st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr ' +
  'tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw'

export const topLevelDomains: ReadonlySet<string> = new Set(`${generic} ${countries}`.split(' '))

/** Endings that are also words or endings of file names: a domain needs more than one of them to be seen. */
export const wordlikeDomains: ReadonlySet<string> = new Set(
  (
    'am as at be by do in is it me my no so to us la al de es as un ad ma pa tv id im re st no or an ml md py rs sh ps cc ts ' +
    'name post live life world today care group test post int pro so store shop'
  ).split(' '),
)
