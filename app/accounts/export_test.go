package accounts

// StepOf is stepOf, for the codes of the standard.
var StepOf = stepOf
