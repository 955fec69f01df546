/** Lines without a name, by language: forms, headings, clinical notes, letters and questions; N something with capitals, D a day. */
const lines = (text: string): readonly string[] =>
  text
    .trim()
    .split('\n')
    .map(line => line.trim().replaceAll('|', '\n'))

export const plainLines: Readonly<Record<string, readonly string[]>> = {
  en: lines(`
    Date of Birth: #|Sex: Female|Height: #|Account Number: #
    Discharge Summary|Reason for Admission: {N}|Past Medical History: {N}, {N}.
    Assessment and Plan: Continue {N}. Follow-up in # weeks.
    Temperature was #. Heart Rate #. Physical Examination: normal.
    Why was my transfer to EUR declined? I paid in USD and GBP.
    Do you accept {N} or {N}? Is {N} free?
    How do I set up {N} on my phone, please? Thanks!
    The Court finds that Article # of the Convention was not violated.
    Terms and Conditions. Section #: Limitation of Liability.
    Can you explain what a {N} is? I think I need one.
    Best Regards. Kind regards, Customer Service. Yours faithfully.
    Hurry! Sale ends {D}. Buy the new {N} now.
    I ordered the {N} on {D}; The Delivery Never Arrived.
    Having said that, Nothing has changed. However, Please confirm ASAP.
    Subject: Re: Your Order|Status: Pending|Total: #
    WARNING: DO NOT SHARE YOUR PIN WITH ANYBODY. CALL US.
    History of {N} in her mother; Denies smoking. Allergies: {N}.
    Job title: {N}. Department: {N}. Start: {D}.
    What is the {N} score cutoff for starting {N} in adults with {N}?
    Compare {N} versus {N} for patients with {N} and {N} over #.
    Does {N} predict outcome in {N}? Summarize the evidence since #.
    How should {N} be dosed in {N} when {N} is below #?
    Explain the difference between {N} and {N} for a # year old man.
    The {N} sign was positive, {N} negative. Consult {N}; transfer to {N}.
    Is {N} contraindicated with {N}? List the {N} criteria and {N} guideline.
    Patient with {N} on {N} # mg. Next step if {N} fails?`),
  es: lines(`
    Fecha de nacimiento: #|Sexo: Mujer|Edad: # años|NIF: #
    Datos del paciente.|Nombre:|Apellidos:|Domicilio:|Código postal: #
    Datos asistenciales.|Médico:|Fecha de ingreso: #|Episodio: #|Servicio: {N}
    Informe clínico del paciente: Varón de # años sin antecedentes de interés.
    Antecedentes: {N}, {N}. No alergias conocidas. Fumador de # cigarrillos.
    Exploración física: Abdomen blando. Analítica: Hemoglobina #, Creatinina #.
    Se realizó TAC y RMN. Ecografía: normal. Diagnóstico: {N}.
    Tratamiento con {N} durante # días. Evolución favorable. Alta el {D}.
    Paciente mujer de # años que consulta por {N}. Se solicita Urocultivo.
    Anatomía Patológica: Carcinoma de células pequeñas. Inmunohistoquímica negativa.
    Presentamos el caso de una paciente con {N}. La biopsia mostró {N}.
    ¿Por qué no funciona mi {N}? Gracias. Un saludo.
    Ingresa en {N} por {N}. Se traslada a {N} y posteriormente a {N}.
    Se remite a Consultas de {N} para revisión. Valorado por {N}.
    Se extirpó la lesión. El estudio de {N} informó de {N}. Sin incidencias.
    Edad: #|Sexo: H|Motivo de consulta: {N}|Enfermedad actual: Dolor de # días.
    Acude a {N} refiriendo fiebre. En la {N} se aprecia {N}. Grupo sanguíneo A.
    Responsable clínico:|Correo electrónico:|Teléfono: #|País:
    El Tribunal desestima el recurso. Artículo # de la Ley.
    Puesto: {N}. Departamento: {N}. Inicio: {D}.
    Estimado cliente: Su pedido # está en camino. Atentamente.`),
  de: lines(`
    Geburtsdatum: #|Geschlecht: weiblich|Kundennummer: #|Betreff: Rechnung
    Sehr geehrte Damen und Herren, vielen Dank für Ihre Nachricht.
    Der {N} und die {N} sind im {N} nicht enthalten.
    Diagnose: {N}. Therapie mit {N} über # Tage. Befund unauffällig.
    Anamnese: Keine Allergien. Blutdruck #. Aufnahme am {D}.
    Das Gericht weist die Klage ab. Paragraph # des Gesetzes.
    Warum wurde meine Überweisung abgelehnt? Danke für Ihre Hilfe.
    Bitte ändern Sie das Passwort und die Adresse in meinem Konto.
    Alle {N} kosten # Euro. Der Preis gilt bis {D}.
    Mit {N} und {N} haben wir gute Erfahrungen. Ohne {N} geht es nicht.
    Vorname:|Nachname:|Straße:|Postleitzahl: #|Ort:|Telefon: #
    Beruf: {N}. Abteilung: {N}. Beginn: {D}.`),
  fr: lines(`
    Date de naissance : #|Sexe : féminin|Numéro de client : #|Objet : facture
    Madame, Monsieur, Merci pour votre message. Veuillez agréer mes salutations.
    Diagnostic : {N}. Traitement par {N} pendant # jours. Examen normal.
    Antécédents : {N}. Pas d'allergie connue. Tension #. Sortie le {D}.
    La Cour rejette le recours. Article # de la Convention.
    Pourquoi mon virement est-il refusé ? Merci de votre aide.
    Le {N} et la {N} ne sont pas compris. Tous les {N} coûtent # euros.
    Nom :|Prénom :|Adresse :|Code postal : #|Ville :|Téléphone : #
    Poste : {N}. Service : {N}. Début : {D}.
    Bonjour, Je voudrais changer mon mot de passe. L'application ne marche pas.`),
  it: lines(`
    Data di nascita: #|Sesso: femmina|Codice cliente: #|Oggetto: fattura
    Gentile cliente, Grazie per il messaggio. Distinti saluti.
    Diagnosi: {N}. Terapia con {N} per # giorni. Esame obiettivo nella norma.
    Anamnesi: {N}. Nessuna allergia. Pressione #. Dimissione il {D}.
    Il Tribunale respinge il ricorso. Articolo # della Legge.
    Perché il mio bonifico è stato rifiutato? Grazie mille.
    Il {N} e la {N} non sono compresi. Tutti i {N} costano # euro.
    Nome:|Cognome:|Indirizzo:|CAP: #|Città:|Telefono: #
    Mansione: {N}. Reparto: {N}. Inizio: {D}.`),
  pt: lines(`
    Data de nascimento: #|Sexo: feminino|Número de cliente: #|Assunto: fatura
    Caro cliente, Obrigado pela mensagem. Com os melhores cumprimentos.
    Diagnóstico: {N}. Tratamento com {N} durante # dias. Exame normal.
    Antecedentes: {N}. Sem alergias conhecidas. Tensão #. Alta em {D}.
    O Tribunal rejeita o recurso. Artigo # da Lei.
    Por que a minha transferência foi recusada? Muito obrigado.
    O {N} e a {N} não estão incluídos. Todos os {N} custam # euros.
    Nome:|Apelido:|Morada:|Código postal: #|Cidade:|Telefone: #
    Cargo: {N}. Departamento: {N}. Início: {D}.`),
  nl: lines(`
    Geboortedatum: #|Geslacht: vrouw|Klantnummer: #|Betreft: factuur
    Geachte heer, mevrouw, Dank voor uw bericht. Met vriendelijke groet.
    Diagnose: {N}. Behandeling met {N} gedurende # dagen. Onderzoek normaal.
    Voorgeschiedenis: {N}. Geen allergieën. Bloeddruk #. Ontslag op {D}.
    De Rechtbank verwerpt het beroep. Artikel # van de Wet.
    Waarom is mijn overboeking geweigerd? Bedankt voor uw hulp.
    De {N} en het {N} zijn niet inbegrepen. Alle {N} kosten # euro.
    Voornaam:|Achternaam:|Adres:|Postcode: #|Plaats:|Telefoon: #
    Functie: {N}. Afdeling: {N}. Begin: {D}.`),
}
