// Style sheets are imported for their effect: webpack takes them out, so they have no exports.
declare module '*.css';
