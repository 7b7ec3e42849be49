//! Names of figures, made from their ids.

use quanyu_files::Named;
use quanyu_policy::Text;

/// What a figure is called: `rock:ordovician:conductivity` is the conductivity of the rock ordovician, by the name that the basin
/// gives it.
pub(crate) fn figure_name(id: &str, names: &[Named]) -> Text {
    let parts: Vec<&str> = id.split(':').collect();
    let known = |place: usize| -> Option<&Named> {
        let key = format!("{}:{}", parts[0], parts[place]);
        names.iter().find(|named| place == 1 && named.id == key)
    };
    let all: Vec<Text> = (0..parts.len())
        .map(|place| known(place).map_or_else(|| part_name(parts[place]), |named| named.name.clone()))
        .collect();
    // A name says what kind of thing it is by itself.
    let first = usize::from(parts.len() > 2 && known(1).is_some());
    let zh: Vec<&str> = all[first..].iter().map(|part| part.zh.as_str()).collect();
    let en: Vec<&str> = all[first..].iter().map(|part| part.en.as_str()).collect();
    Text::new(zh.join(" · "), en.join(" · "))
}

fn part_name(part: &str) -> Text {
    let known = [
        ("parameter", "参数", "parameter"),
        ("rock", "岩层", "rock"),
        ("conductivity", "渗透系数", "conductivity"),
        ("vertical-ratio", "垂向比", "vertical ratio"),
        ("specific-storage", "储水率", "specific storage"),
        ("specific-yield", "给水度", "specific yield"),
        ("infiltration", "入渗系数", "infiltration"),
        ("fault", "断层", "fault"),
        ("characteristic", "阻水特征", "hydraulic characteristic"),
        ("mine", "矿区", "mine"),
        ("seam-floor", "煤层底板", "seam floor"),
        ("drain-conductance", "排水导水", "drain conductance"),
        ("vertical-factor", "垂向倍数", "vertical factor"),
        ("recharge-factor", "补给倍数", "recharge factor"),
        ("river", "河流", "river"),
        ("reach", "河段", "reach"),
        ("inflow", "来水", "inflow"),
        ("conductance", "导水系数", "conductance"),
        ("bed-depth", "河床厚", "bed depth"),
        ("spring", "泉", "spring"),
        ("elevation", "出口高程", "outlet elevation"),
        ("project", "工程", "project"),
        ("projects", "工程", "projects"),
        ("delay-years", "推迟年数", "delay"),
        ("capacity", "供水能力", "capacity"),
        ("ramp-years", "达产年数", "years to capacity"),
        ("loss", "损失率", "loss"),
        ("boundary", "边界", "boundary"),
        ("leaky", "越流段", "leaky reach"),
        ("head", "水头", "head"),
        ("choice", "选择", "choice"),
        ("demand", "需求", "demand"),
        ("takes", "取水总体水平", "level of takes"),
        ("metering-error", "计量误差", "error of meters"),
        ("index", "历年指数", "index"),
        ("climate", "气候", "climate"),
        ("variation", "年际变差", "variation"),
        ("persistence", "年际相关", "persistence"),
        ("mean-precipitation", "平均降水", "mean precipitation"),
        ("measures", "措施", "measures"),
        ("compliance", "落实率", "compliance"),
        ("zone", "超采区", "zone"),
        ("allowable", "可开采量", "allowable abstraction"),
        ("take", "取水量", "take"),
        ("use", "用水指数", "use index"),
        ("sector", "行业", "sector"),
        ("elasticity", "价格弹性", "price elasticity"),
        ("price", "水价", "price"),
        ("value", "水的价值", "worth of water"),
        ("returned", "回归比例", "returned share"),
        ("dry-below", "枯水年界线", "dry below"),
        ("dry-share", "枯水年保证率", "share in dry years"),
        ("mining", "采煤", "mining"),
        ("shift-years", "年代偏移", "shift of its years"),
        ("places", "取水位置", "places of takes"),
        ("spread", "分散程度", "spread"),
        ("start", "目标年丰枯", "wet or dry around the targets"),
        ("crop", "作物", "crop"),
        ("quota", "灌溉定额", "quota"),
        ("source", "非常规水源", "unconventional source"),
        ("available", "可供水量", "available"),
        ("rain", "人工增雨", "rain enhancement"),
        ("gain", "增雨比例", "gain"),
        ("domestic", "生活", "domestic"),
        ("industry", "工业", "industry"),
        ("irrigation", "灌溉", "irrigation"),
        ("ecology", "生态及其他", "ecology"),
        ("coal-measures", "煤系地层", "coal measures"),
        ("exposed-carbonate", "裸露碳酸盐岩", "exposed carbonate"),
        ("loess-on-carbonate", "黄土覆盖碳酸盐岩", "loess on carbonate"),
        ("runoff-sink", "径流入渗段", "runoff sinks"),
        ("alluvium", "冲积层", "alluvium"),
    ];
    known
        .iter()
        .find(|(id, ..)| *id == part)
        .map_or_else(|| Text::new(part, part), |(_, zh, en)| Text::new(*zh, *en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_called_by_the_names_of_the_basin() {
        let names =
            [Named { id: "rock:o2".into(), name: Text::new("奥陶系灰岩", "Ordovician limestone") }];
        let text = figure_name("rock:o2:conductivity", &names);
        assert_eq!(text, Text::new("奥陶系灰岩 · 渗透系数", "Ordovician limestone · conductivity"));
        assert_eq!(figure_name("rock:o3:loss", &names).en, "rock · o3 · loss");
        assert_eq!(figure_name("demand:takes", &names).zh, "需求 · 取水总体水平");
    }
}
