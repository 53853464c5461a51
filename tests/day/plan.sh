# shellcheck shell=bash
# plan.sh: who comes today. The same seed makes the same patients, the same tests and the same mishaps.
# Sourced by tests/day/play.

families=(Abara Bergstrom Castellano Delacroix Ekholm Ferreira Gutierrez Hassan Ibrahim Jovanovic Kowalski Lindgren Marchetti
	Nakamura Oyelaran Petrov Quintero Rasmussen Sandoval Takahashi Ugarte Vasquez Whitfield Xiong Yamamoto Zielinski Ashworth
	Bianchi Cardenas Dimitrov Eriksen Fontaine Grayson Halloran Iverson Jankowski Kimura Lombardi Moreau Novak Okonkwo Pruitt)
women=(Ada Bea Cleo Dora Edith Flora Greta Hana Iris Julia Kira Lara Mona Nora Olga Petra Rosa Sara Tara Vera)
men=(Adam Boris Carl David Emil Felix Georg Hugo Ivan Jonas Karl Leo Marc Nils Oscar Paul Rene Simon Theo Victor)
sets=("CBC CMP PT" "CBC CMP GLU" "CBC LIPID PT" "A1C CMP GLU" "CBC CMP PT GLU" "CBC A1C TSH GLU PT")

# One mishap or speciality each; whoever is left comes and goes as on a good day. cup: brings it back; cup_two: two tubes are
# filled from it; cup_home: takes it home.
stories=(reprint out_of_labels mislabelled neighbour stat cancelled stopped frozen cup cup cup_two cup_home)
plan_patients=40

# roll N: a number from 0 to N - 1 in rolled. Not RANDOM, which is another one in every subshell and every bash.
roll() {
	rolling=$(((rolling * 1103515245 + 12345) & 0x7fffffff))
	rolled=$(((rolling >> 8) % $1))
}

# shuffle N: the numbers 1 to N in deck, in an order that the seed chooses
shuffle() {
	local i swap
	deck=()
	for ((i = 0; i < $1; i++)); do deck[i]=$((i + 1)); done
	for ((i = $1 - 1; i > 0; i--)); do
		roll $((i + 1))
		swap=${deck[i]}
		deck[i]=${deck[rolled]}
		deck[rolled]=$swap
	done
}

# plan_tests STORY: what is ordered, in tests
plan_tests() {
	case $1 in
	stat) tests="CBC PT" ;;
	cup | cup_home) tests="CBC CMP MACR" ;;
	cup_two) tests="CBC UA UCUL" ;;
	cancelled) tests="CBC CMP GLU" ;;
	frozen) tests="CBC CMP NH3" ;;
	mislabelled | neighbour) tests="CBC CMP PT" ;;
	*)
		roll ${#sets[@]}
		tests=${sets[rolled]}
		;;
	esac
}

# plan_make SEED: a line for each patient in $clinic/plan: number, family, given, sex, birth, room, story, tests
plan_make() {
	local n
	rolling=$1
	shuffle $plan_patients
	for ((n = 1; n <= plan_patients; n++)); do
		family=${families[n - 1]}
		roll 2
		story=plain
		[ $rolled -gt 0 ] || story=hurried
		[ "${deck[n - 1]}" -gt ${#stories[@]} ] || story=${stories[${deck[n - 1]} - 1]}
		roll ${#women[@]}
		sex=F given=${women[rolled]}
		[ $((rolled % 2)) = 0 ] || sex=M given=${men[rolled]}
		room=$((1 + n % 2))
		# these two meet: one in each room
		[ "$story" != mislabelled ] || room=1
		[ "$story" != neighbour ] || room=2
		roll 600
		birth=$(date -d "1931-02-03 +$((rolled + n * 690)) days" +%Y%m%d)
		plan_tests "$story"
		printf 'P%03d\t%s\t%s\t%s\t%s\tRoom %d\t%s\t%s\n' $n "$family" "$given" $sex "$birth" $room "$story" "$tests"
	done >"$clinic/plan"
}

# plan_row NUMBER: fills number family given sex birth room story tests
plan_row() {
	IFS=$'\t' read -r number family given sex birth room story tests < <(grep "^$1	" "$clinic/plan")
}

plan_with() { awk -F '\t' -v story="$1" '$7 == story { print $1 }' "$clinic/plan"; } # plan_with STORY: numbers
