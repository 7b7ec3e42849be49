//! Names of figures, made from their ids.

use quanyu_policy::Text;

/// What a figure is called: `rock:ordovician:conductivity` is the conductivity of the rock ordovician.
pub(crate) fn figure_name(id: &str) -> Text {
    let parts: Vec<&str> = id.split(':').collect();
    let zh: Vec<String> = parts.iter().map(|part| part_name(part).zh).collect();
    let en: Vec<String> = parts.iter().map(|part| part_name(part).en).collect();
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
        ("head", "水头", "head"),
        ("choice", "选择", "choice"),
        ("demand", "需求", "demand"),
        ("takes", "取水总体水平", "level of takes"),
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
    ];
    known
        .iter()
        .find(|(id, ..)| *id == part)
        .map_or_else(|| Text::new(part, part), |(_, zh, en)| Text::new(*zh, *en))
}
