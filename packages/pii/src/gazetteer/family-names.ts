/**
 * Common family names of many countries that are not also common words, in lower case without diacritics. Written for
 * this package from general knowledge; not taken from any list.
 */
const names =
  'abbott abdullah acosta adams adeyemi agarwal aguilar ahmed akhtar alvarez anderson andersson andrade aoki arnold ayala bailey ' +
  'bauer becker beltran bennett berger bergstrom bianchi boateng bondarenko boucher bouchard brennan burke byrne caldwell callahan ' +
  'calderon campbell cardoso carlsson carroll castillo castro chandler chaudhary chopra christensen clarke cohen coleman collins ' +
  'colombo connolly cortes costa coulibaly cruz cunningham da-silva daniels davies davis delgado desai deshmukh diallo diaz diop ' +
  'dixon dominguez donovan douglas doyle dubois dunn dupont duran dutta edwards eriksson escobar esposito evans farrell ferguson ' +
  'fernandes fernandez ferrari ferreira fischer fitzgerald fleming fletcher flores fontaine fournier fraser fuentes fujita fuller ' +
  'gallagher garcia garner gibson gomes gomez goncalves gonzales gonzalez graham greene griffin gupta gustafsson gutierrez guzman ' +
  'hansen hanson hansson harris harrison hasegawa hashimoto hassan hawkins hayashi henderson herrera hernandez hoffman hoffmann ' +
  'holmes horvath howell huber hughes hussain hussein ibrahim ishikawa ito ivanov ivanova iyer jansen janssen jensen jimenez ' +
  'johansen johansson johnson johnston jones jorgensen joseph kaczmarek kaminski kapoor karlsson katz kaur keller kelly kennedy ' +
  'khan kimura kobayashi koch kovac kovacs kowalczyk kowalska kowalski krishnan kruger kumar kuznetsov kuznetsova lambert larsen ' +
  'larsson lefebvre leroy lewandowski lindberg lindqvist lombardi lopez ludwig lundberg macdonald mackenzie maier malik marchetti ' +
  'marino marquez martin martinez martins matsumoto mbeki mccarthy mcdonald mckenzie medina mehta meier mendes mendez mendoza ' +
  'menon meyer miller mishra mitchell mohamed mohammed molina morales moreau moreno morgan mori moretti morris morrison mueller ' +
  'mukherjee muller munoz murphy murray nair nakamura navarro nelson newman ng nguyen nielsen nikolaidis nilsson nkosi novak novotny ' +
  'nowak nunez obi obrien ochoa oconnor odonnell ogawa oconnell okafor okeke okonkwo oliveira olsen olson olsson oneill ono ortega ' +
  'ortiz osei owens ozturk padilla papadopoulos papadopoulou park patel patil patterson pedersen pena pereira perez perry persson ' +
  'petersen peterson petrov petrova petrovic pham phillips popescu popov powell qureshi quinn rahman ramirez ramos rasmussen rao ' +
  'reddy reyes reynolds ribeiro ricci richards richardson richter riley rinaldi rivera roberts robertson robinson rodrigues ' +
  'rodriguez rojas romano romero rosenberg rossi rousseau roux ruiz ryan saito salazar sanchez sandoval santana santiago santos ' +
  'sasaki sato schmidt schmitt schneider schroeder schubert schultz schulz schwartz schwarz serrano sharma shevchenko shimizu ' +
  'silva simmons simpson singh smirnov smirnova smith sokolov soto sousa souza srinivasan stevens stewart sullivan suzuki svensson ' +
  'takahashi tanaka thomas thompson thomsen tkachenko torres toure traore tran truong vargas vasquez vega verma visser vogel ' +
  'volkov wagner wallace watanabe watkins watson weber weiss williams williamson wilson winkler wisniewski wojcik wojciechowski ' +
  'wong wright yadav yamada yamaguchi yamamoto yilmaz yoshida zhang zhao zhou zielinski zimmermann zulu'

/** Family names that are also given names, words, firms or places: they count only beside a given name. */
const ambiguous =
  'bailey brown baker banks bell bishop black bond brooks bush butler carter chase chen cook cooper cox cross day dean dell ' +
  'diamond fields fisher ford foster fox gold grant gray green grey hall hill hunt hunter hughes jackson james king knight ' +
  'lane law lee li lin little liu long love major marsh martin mason may mills moore morgan murray newman ng page palmer park ' +
  'parker pope porter potter powell price prince reed rice rich ross rose rowe ryan santiago sharp short singer stone swift ' +
  'taylor turner vega wagner walker wang ward waters webb weber west white wood woods wright wu xu yang young zhu costa cruz ' +
  'silver thomas joseph kelly lambert leroy ludwig douglas daniels arnold adams miller costa khan malik singh kumar park obi ito'

const split = (text: string): string[] => text.split(' ')

export const ambiguousFamilyNames: ReadonlySet<string> = new Set(split(ambiguous))

/** Family names, ambiguous ones included. */
export const familyNames: ReadonlySet<string> = new Set([...split(names), ...ambiguousFamilyNames])
